import { column, numbers, type Table } from './figure';

/** Numbers under common places on the x axis, as uPlot takes them. */
export interface Lines {
  xs: number[];
  ys: (number | null)[][];
}

const DAY_S = 86_400;

/** A column of a figure whose rows are days; days without rows are gaps. */
export function daily(table: Table | undefined, names: readonly string[]): Lines {
  const days = numbers(table, 'day').map((day) => day ?? 0);
  const first = Math.min(...days);
  const last = Math.max(...days);
  const xs: number[] = [];
  for (let day = first; day <= last; day += DAY_S) xs.push(day);
  const places = new Map(days.map((day, at) => [day, at]));
  const columns = names.map((name) => numbers(table, name));
  const ys = columns.map((cells) => xs.map((day) => cells[places.get(day) ?? -1] ?? null));
  return { xs, ys };
}

/** Each series becomes the sum of itself and those before it; gaps stay gaps. */
export function stacked({ xs, ys }: Lines): Lines {
  let below = xs.map(() => 0);
  const sums = ys.map((row) => {
    below = below.map((sum, at) => sum + (row[at] ?? 0));
    return row.map((value, at) => (value === null ? null : (below[at] ?? null)));
  });
  return { xs, ys: sums };
}

/** Shares of one column in another, nulls where there is nothing to take a share of. */
export function shares(hits: readonly (number | null)[], of: readonly (number | null)[]): (number | null)[] {
  return hits.map((hit, at) => {
    const n = of[at] ?? 0;
    return n > 0 ? (hit ?? 0) / n : null;
  });
}

/** The figure `days` with a column of shares of what was accepted, joined with `retained_days`. */
export function outcomes(days: Table | undefined, kept: Table | undefined): Table {
  const shown = numbers(days, 'shown');
  const accepted = numbers(days, 'accepted');
  const acceptance = shares(accepted, shown);
  const places = new Map(column(kept, 'day').map((day, at) => [day, at]));
  const early = numbers(kept, 'after 30s');
  const late = numbers(kept, 'after 10m');
  const at = (of: (number | null)[], day: number | null) => of[places.get(day) ?? -1] ?? null;
  return {
    columns: ['day', 'shown', 'accepted', 'acceptance', 'after 30s', 'after 10m'],
    rows: numbers(days, 'day').map((day, row) => [
      ...[day, shown[row] ?? null, accepted[row] ?? null, acceptance[row] ?? null],
      ...[at(early, day), at(late, day)],
    ]),
  };
}

/** The first and the last place of an axis of days, half a day wider on both sides. */
export function daySpan(xs: readonly number[], since: number | null): [number, number] {
  const first = Math.min(xs[0] ?? 0, since ?? Infinity);
  const last = xs.at(-1) ?? first;
  return [first - DAY_S / 2, last + DAY_S / 2];
}

/** Where an axis of steps has a round value: the step that begins nearest below each, and the value. */
export function roundSteps(
  edges: readonly number[],
  round: readonly number[],
): [at: number, value: number][] {
  const last = edges.at(-1) ?? 0;
  const inside = round.filter((value) => value >= (edges[0] ?? 0) && value <= last);
  return inside.map((value) => [edges.findLastIndex((edge) => edge <= value), value]);
}
