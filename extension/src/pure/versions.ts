/** The states a rewrite went through: the lines before it, and after each of its turns. Stepping loses none. */
export class Versions {
  #all: string[][];
  #at = 0;

  constructor(before: readonly string[]) {
    this.#all = [[...before]];
  }

  get count(): number {
    return this.#all.length;
  }

  /** Which one is shown, from 1 on. */
  get place(): number {
    return this.#at + 1;
  }

  /** The lines as they are now, by hand or by a turn, become the newest version, unless it is the one shown. */
  keep(lines: readonly string[]): void {
    if (equal(this.#all[this.#at] ?? [], lines)) return;
    this.#all.push([...lines]);
    this.#at = this.#all.length - 1;
  }

  /** The version `by` steps on, or nothing at either end. */
  step(by: -1 | 1): readonly string[] | undefined {
    const lines = this.#all[this.#at + by];
    if (lines) this.#at += by;
    return lines;
  }
}

export function equal(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((line, index) => line === other[index]);
}
