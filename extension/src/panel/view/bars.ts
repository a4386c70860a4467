import { el } from './dom';
import type { Colour } from './theme';

export interface Bar {
  name: string;
  value: number;
  said: string;
  colour?: Colour;
}

const MOST = 10;

/** Bars beside each other's names, the longest first; for things that have no order of their own. */
export function barsOf(bars: readonly Bar[]): HTMLElement {
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const rows = bars.slice(0, MOST).map(({ name, value, said, colour }) => {
    const bar = el('span', { class: `bar ${colour ?? 'blue'}` });
    bar.style.width = `${Math.max(0.5, (100 * value) / most)}%`;
    return el(
      'li',
      {},
      el('span', { class: 'name', title: name }, name),
      el('span', { class: 'track' }, bar),
      el('span', { class: 'said' }, said),
    );
  });
  return el('ul', { class: 'bars' }, ...rows);
}
