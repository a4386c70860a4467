/** A number with its 95 % interval, and how many rows it is of. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
  n: number;
}

export interface Difference {
  value: number;
  low: number;
  high: number;
}

export type Verdict = 'not enough' | 'no difference' | 'more' | 'less';

/** Of each side; below, an interval of a share of one half is wider than ±17 points. */
export const ENOUGH = 30;

/**
 * The second less the first, with its 95 % interval made of both intervals (Newcombe 1998, method 10, for shares with
 * Wilson's intervals; Zou and Donner 2008 for any two estimates).
 */
export function difference(a: Estimate, b: Estimate): Difference {
  const value = b.value - a.value;
  return {
    value,
    low: value - Math.hypot(b.value - b.low, a.high - a.value),
    high: value + Math.hypot(b.high - b.value, a.value - a.low),
  };
}

export function verdict(a: Estimate, b: Estimate): Verdict {
  if (Math.min(a.n, b.n) < ENOUGH) return 'not enough';
  const { low, high } = difference(a, b);
  if (low <= 0 && high >= 0) return 'no difference';
  return low > 0 ? 'more' : 'less';
}
