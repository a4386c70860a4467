import { numbers, words, type Figures, type Table } from '../../pure/report/figure';
import { difference, ENOUGH, verdict, type Estimate } from '../../pure/report/intervals';
import { el, select } from './dom';
import { f, t } from './text';

/** One model's figures of one feature. */
interface Model {
  feature: string;
  key: string;
  said: string;
  acceptance: Estimate | undefined;
  latency: Estimate | undefined;
  still: number | null;
  looked: number;
}

interface Comparison {
  name: string;
  a: Estimate | undefined;
  b: Estimate | undefined;
  said: (value: number) => string;
  delta: (value: number) => string;
  more: string;
  less: string;
}

/** Two models on the user's own work, with intervals, and what these allow to say. */
export function compared(
  figures: Figures,
  pair: [string, string],
  choose: (pair: [string, string]) => void,
): { body: HTMLElement; table: Table } | undefined {
  const all = models(figures);
  const found = all.filter(({ feature }) => feature === all[0]?.feature); // completions and rewrites are no rivals
  const first = found.find(({ key }) => key === pair[0]) ?? found[0];
  const second =
    found.find(({ key }) => key === pair[1] && key !== first?.key) ?? found.find((one) => one !== first);
  if (!first || !second) return undefined;
  const options = found.map(({ key, said }) => [key, said] as const);
  const one = (label: string, at: 0 | 1, now: Model) => {
    const change = (key: string) => {
      const other = at === 0 ? second.key : first.key;
      const next: [string, string] = at === 0 ? [key, other] : [other, key];
      choose(key === other ? [second.key, first.key] : next);
    };
    return select(label, options, now.key, change, { 'data-name': `model ${label}` });
  };
  const rows = comparisons(first, second);
  const body = el(
    'div',
    { class: 'compare' },
    el('div', { class: 'pair' }, one('A', 0, first), one('B', 1, second)),
    ...rows.map((row) => line(row)),
    stays(first, second),
    el(
      'p',
      { class: 'note' },
      t('What you did with each, not an experiment: they may have had different work to do.'),
    ),
  );
  return { body, table: tableOf(first, second, rows) };
}

function models(figures: Figures): Model[] {
  const figure = figures.get('models');
  const of = (name: string) => numbers(figure, name);
  const names = words(figure, 'model');
  const [shown, share, low, high] = [of('shown'), of('share'), of('low'), of('high')];
  const [computed, p50, fast, slow] = [of('computed'), of('p50'), of('p50 low'), of('p50 high')];
  const [looked, still] = [of('looked'), of('still')];
  return words(figure, 'feature').map((feature, at) => ({
    feature,
    key: `${feature}\n${names[at] ?? ''}`,
    said: `${names[at] ?? ''} · ${t(feature)}`,
    acceptance: estimate(share[at], low[at], high[at], shown[at]),
    latency: estimate(p50[at], fast[at], slow[at], computed[at]),
    still: still[at] ?? null,
    looked: looked[at] ?? 0,
  }));
}

type Maybe = number | null | undefined;

function estimate(value: Maybe, low: Maybe, high: Maybe, n: Maybe): Estimate | undefined {
  if (value == null || low == null || high == null) return undefined;
  return { value, low, high, n: n ?? 0 };
}

function comparisons(a: Model, b: Model): Comparison[] {
  const points = (value: number) => t('{0} points', signed(value * 100));
  return [
    {
      ...{ name: t('Acceptance'), a: a.acceptance, b: b.acceptance, delta: points },
      ...{
        said: (y: number) => f().percent(y),
        more: t('B is accepted more'),
        less: t('A is accepted more'),
      },
    },
    {
      ...{ name: t('Latency, p50'), a: a.latency, b: b.latency, delta: (y: number) => `${signed(y)} ms` },
      ...{ said: (y: number) => f().ms(y), more: t('A is faster'), less: t('B is faster') },
    },
  ];
}

function signed(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  return `${rounded > 0 ? '+' : ''}${f().number(rounded)}`;
}

function line(row: Comparison): HTMLElement {
  const most = Math.max(row.a?.high ?? 0, row.b?.high ?? 0, Number.MIN_VALUE) * 1.05;
  return el(
    'div',
    { class: 'comparison' },
    el('h3', {}, row.name),
    interval('A', row.a, most, row.said),
    interval('B', row.b, most, row.said),
    el('p', { class: 'verdict' }, ...said(row)),
  );
}

function interval(
  label: string,
  one: Estimate | undefined,
  most: number,
  said: (y: number) => string,
): HTMLElement {
  const track = el('span', { class: 'track' });
  if (one) {
    const range = el('span', { class: `range ${label === 'A' ? 'blue' : 'orange'}` });
    range.style.left = `${(100 * one.low) / most}%`;
    range.style.width = `${(100 * (one.high - one.low)) / most}%`;
    const point = el('span', { class: `point ${label === 'A' ? 'blue' : 'orange'}` });
    point.style.left = `${(100 * one.value) / most}%`;
    track.append(range, point);
  }
  const text = one
    ? `${said(one.value)} (${said(one.low)} – ${said(one.high)}), n = ${f().short(one.n)}`
    : '–';
  return el(
    'div',
    { class: 'row' },
    el('span', { class: 'name' }, label),
    track,
    el('span', { class: 'said' }, text),
  );
}

function said({ a, b, delta, more, less }: Comparison): (Node | string)[] {
  if (!a || !b) return [t('Not enough to tell.')];
  const { value, low, high } = difference(a, b);
  const numbers = ` ${t('B less A: {0} ({1} to {2})', delta(value), delta(low), delta(high))}`;
  switch (verdict(a, b)) {
    case 'not enough':
      return [el('strong', {}, t('Not enough to tell:')), ` ${t('each needs {0} at least.', ENOUGH)}`];
    case 'no difference':
      return [el('strong', {}, t('No difference that these numbers show.')), numbers];
    case 'more':
      return [el('strong', {}, `${more}.`), numbers];
    case 'less':
      return [el('strong', {}, `${less}.`), numbers];
  }
}

function stays(a: Model, b: Model): HTMLElement {
  const of = ({ still, looked }: Model) =>
    still === null ? '–' : t('{0} of {1} texts', f().percent(still), f().number(looked));
  return el(
    'div',
    { class: 'comparison' },
    el('h3', {}, t('Still there after 10 minutes')),
    el('p', { class: 'verdict' }, `A: ${of(a)} · B: ${of(b)}`),
  );
}

function tableOf(a: Model, b: Model, rows: Comparison[]): Table {
  const columns = ['figure', 'model', 'n', 'value', 'from', 'to'];
  const cells = rows.flatMap((row) =>
    (
      [
        [a, row.a],
        [b, row.b],
      ] as const
    ).map(([model, one]) => [
      ...[row.name, model.said, one?.n ?? null],
      ...[one?.value ?? null, one?.low ?? null, one?.high ?? null],
    ]),
  );
  const last = [a, b].map((model) => [
    ...[t('Still there after 10 minutes'), model.said, model.looked, model.still, null, null],
  ]);
  return { columns, rows: [...cells, ...last] };
}
