/** When to start a server again that has ended, and when to say so. It never gives up. */

const FIRST_MS = 250;
const LONGEST_MS = 5_000;
const STABLE_MS = 60_000;
const PATIENCE = 5;

export interface Verdict {
  /** How long to wait before the next start. */
  delayMs: number;
  /** True once per bad patch: at the fifth end within a minute. */
  tell: boolean;
}

export class Backoff {
  #endings: number[] = [];
  #delayMs = FIRST_MS;
  #told = false;

  /** The server ended at `now` (milliseconds of any steady clock) after `uptimeMs` of work. */
  ended(now: number, uptimeMs: number): Verdict {
    if (uptimeMs >= STABLE_MS) this.reset();
    const delayMs = this.#delayMs;
    this.#delayMs = Math.min(delayMs * 2, LONGEST_MS);
    this.#endings = [...this.#endings.filter((at) => now - at < STABLE_MS), now];
    const tell = !this.#told && this.#endings.length >= PATIENCE;
    this.#told ||= tell;
    return { delayMs, tell };
  }

  reset(): void {
    this.#endings = [];
    this.#delayMs = FIRST_MS;
    this.#told = false;
  }
}
