export interface Pace {
  tokensPerSecond: number;
  draftedShare: number;
}

/** "312 tokens/s, 71 % drafted" */
export function pace({ tokensPerSecond, draftedShare }: Pace): string {
  const speed = `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tokens/s`;
  return draftedShare >= 0.005 ? `${speed}, ${Math.round(draftedShare * 100)} % drafted` : speed;
}

/** "first text 84 ms, all 640 ms", and where the model was loaded first ", loaded in 2.1 s before" */
export function times(firstTextMs: number | null, totalMs: number, loadingMs: number): string {
  const first = firstTextMs === null ? '' : `first text ${Math.round(firstTextMs)} ms, `;
  const before = loadingMs > 0 ? `, loaded in ${(loadingMs / 1000).toFixed(1)} s before` : '';
  return `${first}all ${Math.round(totalMs)} ms${before}`;
}
