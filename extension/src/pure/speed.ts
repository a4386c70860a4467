import { t } from './say';

export interface Pace {
  tokensPerSecond: number;
  draftedShare: number;
}

/** "312 tokens/s, 71 % drafted" */
export function pace({ tokensPerSecond, draftedShare }: Pace): string {
  const rate = tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond);
  const speed = t('{0} tokens/s', rate);
  return draftedShare >= 0.005 ? t('{0}, {1} % drafted', speed, Math.round(draftedShare * 100)) : speed;
}

/** "first text 84 ms, all 640 ms", and where the model was loaded first ", loaded in 2.1 s before" */
export function times(firstTextMs: number | null, totalMs: number, loadingMs: number): string {
  const first = firstTextMs === null ? '' : t('first text {0} ms, ', Math.round(firstTextMs));
  const before = loadingMs > 0 ? t(', loaded in {0} s before', (loadingMs / 1000).toFixed(1)) : '';
  return t('{0}all {1} ms{2}', first, Math.round(totalMs), before);
}
