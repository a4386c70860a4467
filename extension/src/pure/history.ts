const KEPT = 30;

/** What was asked before, the newest first, nothing twice. */
export function remembered(history: readonly string[], words: string): string[] {
  return [words, ...history.filter((one) => one !== words)].slice(0, KEPT);
}
