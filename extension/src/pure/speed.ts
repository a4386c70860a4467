export interface Pace {
  tokensPerSecond: number;
  draftedShare: number;
}

/** "312 tokens/s, 71 % drafted" */
export function pace({ tokensPerSecond, draftedShare }: Pace): string {
  const speed = `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond)} tokens/s`;
  return draftedShare >= 0.005 ? `${speed}, ${Math.round(draftedShare * 100)} % drafted` : speed;
}

/** "first text 84 ms, all 640 ms" */
export function times(firstTextMs: number | null, totalMs: number): string {
  const all = `all ${Math.round(totalMs)} ms`;
  return firstTextMs === null ? all : `first text ${Math.round(firstTextMs)} ms, ${all}`;
}
