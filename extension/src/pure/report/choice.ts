import type { ReportParams } from '../../protocol';

/** Which rows the dashboard shows, and how: what is kept while it is hidden. */
export interface Choice {
  range: Range;
  filters: Partial<Record<Filter, string>>;
  /** Names of the charts that are shown as tables. */
  tables: string[];
  /** The two models that are compared, "" for the usual ones. */
  pair: [string, string];
}

export const RANGES = ['today', '7', '30', '90', 'all'] as const;
export type Range = (typeof RANGES)[number];
export const FILTERS = ['feature', 'language', 'model', 'project', 'task'] as const;
export type Filter = (typeof FILTERS)[number];

/** What the dashboard draws, by name; the server computes nothing else. */
export const FIGURES = [
  ...['retained_characters_per_hour', 'latency_by_feature', 'acceptance', 'retention', 'reuse', 'cost'],
  ...['days', 'distribution', 'stage_days', 'retained_days', 'silences', 'iterations'],
  ...['flow_interruptions', 'models', 'where'],
];

/** What the filters can be set to is told by these. */
export const NAMING = ['where', 'models'];

const DAY_S = 86_400;

export function initial(): Choice {
  return { range: '30', filters: {}, tables: [], pair: ['', ''] };
}

/** What was kept, as far as it is usable: it may come from another version. */
export function restored(kept: unknown): Choice {
  const found = initial();
  if (!isRecord(kept)) return found;
  const range = RANGES.find((one) => one === kept.range);
  if (range) found.range = range;
  const filters = isRecord(kept.filters) ? kept.filters : {};
  for (const name of FILTERS) {
    const value = filters[name];
    if (typeof value === 'string' && value !== '') found.filters[name] = value;
  }
  if (Array.isArray(kept.tables)) found.tables = kept.tables.filter((one) => typeof one === 'string');
  const pair: unknown[] = Array.isArray(kept.pair) ? kept.pair : [];
  const [a, b] = pair;
  if (typeof a === 'string' && typeof b === 'string') found.pair = [a, b];
  return found;
}

/** The beginning of a range in Unix seconds, null for all time. Days are UTC's, as those of the figures are. */
export function since(range: Range, nowS: number): number | null {
  if (range === 'all') return null;
  const today = Math.floor(nowS / DAY_S) * DAY_S;
  return range === 'today' ? today : today - (Number(range) - 1) * DAY_S;
}

export function asked({ range, filters }: Choice, nowS: number): ReportParams {
  return { since: since(range, nowS), until: null, filters: { ...filters }, figures: [...FIGURES] };
}

/** The same time without filters: for what the filters can be set to. */
export function naming({ range }: Choice, nowS: number): ReportParams {
  return { since: since(range, nowS), until: null, filters: {}, figures: [...NAMING] };
}

function isRecord(thing: unknown): thing is Record<string, unknown> {
  return typeof thing === 'object' && thing !== null && !Array.isArray(thing);
}
