import { chosen, numbers, words, type Figures, type Table } from '../../pure/report/figure';
import { daily, daySpan, outcomes, roundSteps, stacked } from '../../pure/report/series';
import type { Bar } from './bars';
import type { Plot, Series } from './plot';
import { f, t } from './text';
import type { Colour } from './theme';

/** A card: what it is called, what it says, its table, and what is drawn of it. */
export interface Card {
  name: string;
  title: string;
  about: string;
  table: Table;
  plot?: Plot;
  bars?: Bar[];
  /** Columns it takes where there is room; all without a number. */
  width?: 2 | 'all';
}

const PROMISE_MS = 500;
const ROUND_MS = [1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000];
const STAGES: [string, Colour][] = [
  ['wait', 'grey'],
  ['context', 'purple'],
  ['prompt', 'yellow'],
  ['queue', 'red'],
  ['prefill', 'orange'],
  ['decode', 'blue'],
  ['finish', 'green'],
];

/** Every chart of the dashboard, in its order. */
export function cards(figures: Figures, since: number | null): Card[] {
  return [
    { ...latency(figures, since), width: 2 },
    distribution(figures),
    { ...kept(figures, since), width: 2 },
    shown(figures, since),
    stages(figures, since),
    silences(figures),
    origins(figures),
    iterations(figures),
    interruptions(figures),
    cost(figures),
  ];
}

function overDays(
  table: Table | undefined,
  names: readonly string[],
  series: Series[],
  since: number | null,
  value: (y: number) => string,
): Plot | undefined {
  if (!table?.rows.length) return undefined;
  const lines = daily(table, names);
  const stack = series.some(({ kind }) => kind === 'stack');
  return {
    lines: stack ? stacked(lines) : lines,
    series,
    span: daySpan(lines.xs, since),
    place: (x) => f().day(x),
    value,
  };
}

function card(name: string, title: string, about: string, table: Table, plot?: Plot): Card {
  return plot ? { name, title, about, table, plot } : { name, title, about, table };
}

function latency(figures: Figures, since: number | null): Card {
  const days = figures.get('days');
  const series: Series[] = [
    { label: 'p50', colour: 'blue', kind: 'line' },
    { label: 'p95', colour: 'orange', kind: 'line' },
  ];
  const timed = days && { ...days, rows: days.rows.filter((row) => row[days.columns.indexOf('computed')]) };
  return card(
    'days',
    t('Latency day by day'),
    t('Computed completions only: reused ones take no time and are counted apart.'),
    chosen(timed, ['day', 'computed', 'p50', 'p95']),
    overDays(timed, ['p50', 'p95'], series, since, (y) => f().ms(y)),
  );
}

function distribution(figures: Figures): Card {
  const figure = figures.get('distribution');
  const table = chosen(figure, ['from', 'to', 'n']);
  const from = numbers(figure, 'from').map((edge) => edge ?? 0);
  const n = numbers(figure, 'n');
  const late = (at: number) => (from[at] ?? 0) >= PROMISE_MS;
  const xs = from.map((_, at) => at);
  const plot: Plot = {
    lines: { xs, ys: [n.map((y, at) => (late(at) ? null : y)), n.map((y, at) => (late(at) ? y : null))] },
    series: [
      { label: t('within {0} ms', PROMISE_MS), colour: 'blue', kind: 'bars' },
      { label: t('later'), colour: 'orange', kind: 'bars' },
    ],
    span: [-1, Math.max(xs.length, 12)],
    place: (x) => (from[x] === undefined ? '' : f().ms(from[x])),
    value: (y) => f().short(y),
    marks: new Map(
      roundSteps(from, ROUND_MS).map(([at, ms]) => [at, ms < 1_000 ? f().ms(ms) : `${ms / 1_000} s`]),
    ),
  };
  return card(
    'distribution',
    t('Distribution of latency'),
    t(
      'Computed answers. Each step is 9 % longer than the one before; what is later than {0} ms stands out.',
      PROMISE_MS,
    ),
    table,
    xs.length > 0 ? plot : undefined,
  );
}

function stages(figures: Figures, since: number | null): Card {
  const figure = figures.get('stage_days');
  const names = STAGES.map(([name]) => name);
  const series = STAGES.map(([name, colour]): Series => ({ label: t(name), colour, kind: 'stack' }));
  return card(
    'stage_days',
    t('Where the time goes'),
    t('The mean of each stage of computed completions, day by day.'),
    chosen(figure, ['day', 'n', ...names]),
    overDays(figure, names, series, since, (y) => f().ms(y)),
  );
}

function shown(figures: Figures, since: number | null): Card {
  const days = figures.get('days');
  const series: Series[] = [
    { label: t('shown'), colour: 'grey', kind: 'bars' },
    { label: t('accepted'), colour: 'green', kind: 'bars' },
  ];
  return card(
    'shown',
    t('Shown and accepted'),
    t('Suggestions that were handed to the editor, and those of them that were taken whole.'),
    chosen(days, ['day', 'asked', 'shown', 'accepted']),
    overDays(days, ['shown', 'accepted'], series, since, (y) => f().short(y)),
  );
}

function kept(figures: Figures, since: number | null): Card {
  const days = figures.get('days');
  const table = outcomes(days, figures.get('retained_days'));
  const series: Series[] = [
    { label: t('acceptance'), colour: 'green', kind: 'line' },
    { label: t('after 30s'), colour: 'yellow', kind: 'line' },
    { label: t('after 10m'), colour: 'purple', kind: 'line' },
  ];
  const names = ['acceptance', 'after 30s', 'after 10m'];
  const plot = overDays(table, names, series, since, (y) => f().percent(y));
  return card(
    'kept',
    t('Acceptance and what stays'),
    t('Of what was shown, how much was accepted; of accepted text, how much is there still.'),
    table,
    plot && { ...plot, top: 1 / 1.08 },
  );
}

function listed(name: string, title: string, about: string, table: Table, bars: Bar[]): Card {
  return { name, title, about, table, bars };
}

function silences(figures: Figures): Card {
  const figure = figures.get('silences');
  const n = numbers(figure, 'n');
  const share = numbers(figure, 'share');
  const bars = words(figure, 'reason').map((reason, at) => ({
    name: t(reason.replaceAll('_', ' ')),
    value: n[at] ?? 0,
    said: `${f().short(n[at] ?? 0)} · ${f().percent(share[at] ?? 0)}`,
    colour: 'grey' as const,
  }));
  const about = t(
    'Why nothing was shown. Most silences are meant: you typed on, or there was nothing good to say.',
  );
  return listed('silences', t('Silences by reason'), about, chosen(figure, ['reason', 'n', 'share']), bars);
}

function iterations(figures: Figures): Card {
  const figure = figures.get('iterations');
  const turns = numbers(figure, 'turns by rewrite');
  const n = numbers(figure, 'rewrites');
  const bars = words(figure, 'task').map((task, at) => ({
    name: task || t('no task'),
    value: turns[at] ?? 0,
    said: t('{0} turns · {1} rewrites', f().number(turns[at] ?? 0), f().number(n[at] ?? 0)),
    colour: 'purple' as const,
  }));
  const about = t('How often something was said again before a rewrite was good, by task.');
  const table = chosen(figure, ['task', 'rewrites', 'turns', 'turns by rewrite']);
  return listed('iterations', t('Iterations by task'), about, table, bars);
}

function interruptions(figures: Figures): Card {
  const figure = figures.get('flow_interruptions');
  const n = numbers(figure, 'n');
  const seconds = numbers(figure, 'seconds');
  const bars = words(figure, 'cause').map((cause, at) => ({
    name: t(cause.replaceAll('_', ' ')) || t('no cause'),
    value: n[at] ?? 0,
    said: t('{0} · {1} s lost', f().number(n[at] ?? 0), f().number(seconds[at] ?? 0)),
    colour: 'red' as const,
  }));
  const about = t('What broke the flow in sessions, by cause.');
  return listed(
    'flow_interruptions',
    t('Interruptions'),
    about,
    chosen(figure, ['cause', 'n', 'seconds']),
    bars,
  );
}

function origins(figures: Figures): Card {
  const figure = figures.get('reuse');
  const n = numbers(figure, 'n');
  const share = numbers(figure, 'share');
  const bars = words(figure, 'origin').map((origin, at) => ({
    name: t(origin.replaceAll('_', ' ')),
    value: n[at] ?? 0,
    said: `${f().short(n[at] ?? 0)} · ${f().percent(share[at] ?? 0)}`,
    colour: origin === 'computed' ? ('blue' as const) : ('green' as const),
  }));
  const about = t('Computed when asked for, or reused: computed ahead, typed into, or remembered.');
  return listed(
    'reuse',
    t('Where suggestions come from'),
    about,
    chosen(figure, ['origin', 'n', 'share']),
    bars,
  );
}

function cost(figures: Figures): Card {
  const figure = figures.get('cost');
  const usd = numbers(figure, 'usd');
  const engines = words(figure, 'engine');
  const features = words(figure, 'feature');
  const bars = words(figure, 'model').map((model, at) => ({
    name: `${model} · ${t(features[at] ?? '')}`,
    value: usd[at] ?? 0,
    said: `${f().usd(usd[at] ?? 0)} · ${engines[at] ?? ''}`,
    colour: 'orange' as const,
  }));
  const about = t('What answers from providers cost. Models on this machine cost nothing here.');
  const table = chosen(figure, ['engine', 'model', 'feature', 'n', 'usd']);
  return listed('cost', t('Cost'), about, table, bars);
}
