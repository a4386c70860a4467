import { diffArrays } from 'diff';

/** Lines that differ: `old` is what `base` has at `baseStart`; there are `length` new lines at `start` in its place. */
export interface Difference {
  baseStart: number;
  old: string[];
  start: number;
  length: number;
}

/** What differs between the lines that undoing leads to and the lines there are now, from top to bottom. */
export function differences(base: readonly string[], now: readonly string[]): Difference[] {
  const found: Difference[] = [];
  let baseAt = 0;
  let at = 0;
  let open: Difference | undefined;
  for (const part of diffArrays([...base], [...now])) {
    const lines = part.value;
    if (!part.added && !part.removed) {
      baseAt += lines.length;
      at += lines.length;
      open = undefined;
      continue;
    }
    if (!open) {
      open = { baseStart: baseAt, old: [], start: at, length: 0 };
      found.push(open);
    }
    if (part.removed) {
      open.old.push(...lines);
      baseAt += lines.length;
    } else {
      open.length += lines.length;
      at += lines.length;
    }
  }
  return found;
}

/** `base` once a difference is kept: undoing no longer leads behind it. */
export function kept(base: readonly string[], now: readonly string[], one: Difference): string[] {
  return [
    ...base.slice(0, one.baseStart),
    ...now.slice(one.start, one.start + one.length),
    ...base.slice(one.baseStart + one.old.length),
  ];
}

/** The lines without a difference. */
export function undone(now: readonly string[], one: Difference): string[] {
  return [...now.slice(0, one.start), ...one.old, ...now.slice(one.start + one.length)];
}

/** The characters of the new lines of differences. */
export function characters(now: readonly string[], differences: readonly Difference[]): number {
  return differences
    .flatMap((one) => now.slice(one.start, one.start + one.length))
    .reduce((sum, line) => sum + line.length + 1, 0);
}
