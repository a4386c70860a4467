import type { ReportFigure } from '../../protocol';

export type Cell = string | number | null;

/** What is drawn and shown as a table: names of columns, and rows under them. */
export interface Table {
  columns: string[];
  rows: Cell[][];
}

export type Figures = ReadonlyMap<string, ReportFigure>;

export function byName(figures: readonly ReportFigure[]): Figures {
  return new Map(figures.map((figure) => [figure.name, figure]));
}

/** The cells of one column; nulls where there is no such column. */
export function column(table: Table | undefined, name: string): Cell[] {
  const at = table?.columns.indexOf(name) ?? -1;
  return (table?.rows ?? []).map((row) => row[at] ?? null);
}

export function numbers(table: Table | undefined, name: string): (number | null)[] {
  return column(table, name).map((cell) => (typeof cell === 'number' ? cell : null));
}

export function words(table: Table | undefined, name: string): string[] {
  return column(table, name).map((cell) => (cell === null ? '' : String(cell)));
}

/** Some columns of a table, in this order. */
export function chosen(table: Table | undefined, names: readonly string[]): Table {
  const columns = names.filter((name) => table?.columns.includes(name));
  const cells = columns.map((name) => column(table, name));
  return { columns, rows: (table?.rows ?? []).map((_, at) => cells.map((one) => one[at] ?? null)) };
}
