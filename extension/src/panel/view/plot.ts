import uPlot from 'uplot';
import type { Lines } from '../../pure/report/series';
import { el } from './dom';
import { theme, type Colour, type Theme } from './theme';

/** The one file that knows uPlot. */

export interface Series {
  label: string;
  colour: Colour;
  kind: 'line' | 'bars' | 'stack';
}

export interface Plot {
  lines: Lines;
  series: Series[];
  /** Ends of the x axis. */
  span: [number, number];
  /** What stands under a place of the x axis, and what a value is read as. */
  place: (x: number) => string;
  value: (y: number) => string;
  /** Places with a mark, where they are not days. */
  marks?: Map<number, string>;
  /** The axis ends here at least. */
  top?: number;
}

const HEIGHT = 200;

/** Draws into an element that is in the page, and draws anew when it changes its width. Returns how to end that. */
export function draw(into: HTMLElement, plot: Plot): () => void {
  const width = () => Math.max(240, Math.floor(into.clientWidth));
  const look = theme();
  const legend = legendOf(plot, look);
  const made = new uPlot(options(plot, width(), look, legend.read), data(plot), into);
  into.append(legend.element);
  const watch = new ResizeObserver(() => {
    if (width() !== made.width) made.setSize({ width: width(), height: HEIGHT });
  });
  watch.observe(into);
  return () => {
    watch.disconnect();
    made.destroy();
  };
}

/** Bars of a stack are drawn from the highest to the lowest, so that each covers what is not its own. */
function data({ lines, series }: Plot): uPlot.AlignedData {
  const ys = series.some(({ kind }) => kind === 'stack') ? lines.ys.toReversed() : lines.ys;
  return [lines.xs, ...ys];
}

function options(plot: Plot, width: number, look: Theme, read: Read): uPlot.Options {
  const stack = plot.series.some(({ kind }) => kind === 'stack');
  const series = stack ? plot.series.toReversed() : plot.series;
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1_000), 'Etc/UTC'),
    cursor: { points: { size: 7 }, y: false, drag: { x: false, y: false } },
    legend: { show: false },
    hooks: { setCursor: [(self) => read(self.cursor.idx ?? null)] },
    scales: {
      x: { time: plot.marks === undefined, range: () => plot.span },
      y: { range: (_, __, most) => [0, top(Math.max(most, plot.top ?? 0))] },
    },
    axes: axes(plot, look),
    series: [{}, ...series.map((one) => drawn(one, look))],
  };
}

function top(most: number): number {
  return most > 0 ? most * 1.08 : 1;
}

function axes(plot: Plot, look: Theme): uPlot.Axis[] {
  const common = {
    stroke: look.faint,
    font: look.font,
    grid: { stroke: look.grid, width: 1 },
    ticks: { show: false },
  };
  const { marks } = plot;
  const x: uPlot.Axis = {
    ...common,
    grid: { show: false },
    space: 56,
    size: 28,
    values: (_, places) => places.map((one) => marks?.get(one) ?? plot.place(one)),
  };
  if (marks) x.splits = () => [...marks.keys()];
  else x.incrs = [1, 2, 7, 14, 30, 91, 182, 365].map((days) => days * 86_400);
  return [x, { ...common, size: 58, space: 34, values: (_, ys) => ys.map((y) => plot.value(y)) }];
}

function drawn({ kind, colour }: Series, look: Theme): uPlot.Series {
  const stroke = look.colour(colour);
  if (kind === 'line')
    return { stroke, width: 2, spanGaps: true, points: { show: true, size: 5, fill: stroke } };
  const paths = uPlot.paths.bars?.({ size: [0.68, 42], radius: kind === 'bars' ? 0.12 : 0 });
  return { stroke, fill: stroke, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
}

type Read = (at: number | null) => void;

/** What the colours mean; while the pointer is over the chart, the numbers there. */
function legendOf(plot: Plot, look: Theme): { element: HTMLElement; read: Read } {
  const place = el('span', { class: 'place' });
  const values = plot.series.map(() => el('span', { class: 'value' }));
  const items = plot.series.map(({ label, colour }, at) => {
    const mark = el('span', { class: 'mark' });
    mark.style.background = look.colour(colour);
    return el('li', {}, mark, label, values[at] ?? '');
  });
  const read = (at: number | null) => {
    const x = at === null ? undefined : plot.lines.xs[at];
    place.textContent = x === undefined ? '' : plot.place(x);
    for (const [one, value] of values.entries()) {
      const y = at === null ? null : own(plot, one, at);
      value.textContent = y === null ? '' : plot.value(y);
    }
  };
  return {
    element: el('ul', { class: 'legend', 'aria-hidden': 'true' }, ...items, el('li', {}, place)),
    read,
  };
}

/** What a part of a stack is by itself: less what is below it. */
function own({ lines, series }: Plot, one: number, at: number): number | null {
  const y = lines.ys[one]?.[at] ?? null;
  if (y === null || series[one]?.kind !== 'stack' || one === 0) return y;
  return y - (lines.ys[one - 1]?.[at] ?? 0);
}
