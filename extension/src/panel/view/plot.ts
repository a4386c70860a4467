import uPlot from 'uplot';
import type { Lines } from '../../pure/report/series';
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
  marks?: number[];
  /** The axis ends here at least. */
  top?: number;
}

const HEIGHT = 200;

/** Draws into an element that is in the page, and draws anew when it changes its width. Returns how to end that. */
export function draw(into: HTMLElement, plot: Plot): () => void {
  const width = () => Math.max(240, Math.floor(into.clientWidth));
  const made = new uPlot(options(plot, width(), theme()), data(plot), into);
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

function options(plot: Plot, width: number, look: Theme): uPlot.Options {
  const stack = plot.series.some(({ kind }) => kind === 'stack');
  const series = stack ? plot.series.toReversed() : plot.series;
  return {
    width,
    height: HEIGHT,
    padding: [12, 8, 0, 0],
    tzDate: (ts) => uPlot.tzDate(new Date(ts * 1_000), 'Etc/UTC'),
    cursor: { points: { size: 7 }, y: false, drag: { x: false, y: false } },
    legend: { markers: { width: 0 } },
    scales: {
      x: { time: plot.marks === undefined, range: () => plot.span },
      y: { range: (_, __, most) => [0, top(Math.max(most, plot.top ?? 0))] },
    },
    axes: axes(plot, look),
    series: [
      { label: '', value: (_, x) => (x === null ? '' : plot.place(x)) },
      ...series.map((one, at) => drawn(one, plot, look, stack ? series.length - 1 - at : undefined)),
    ],
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
    values: (_, places) => places.map((one) => plot.place(one)),
  };
  if (marks) x.splits = () => marks;
  else x.incrs = [1, 2, 7, 14, 30, 91, 182, 365].map((days) => days * 86_400);
  return [x, { ...common, size: 58, space: 34, values: (_, ys) => ys.map((y) => plot.value(y)) }];
}

function drawn(one: Series, plot: Plot, look: Theme, place: number | undefined): uPlot.Series {
  const colour = look.colour(one.colour);
  const said: uPlot.Series = {
    label: one.label,
    stroke: colour,
    value: (self, y, _, at) => (y === null || at === null ? '–' : plot.value(own(self, y, at, place, plot))),
  };
  if (one.kind === 'line')
    return { ...said, width: 2, spanGaps: true, points: { show: true, size: 5, fill: colour } };
  const paths = uPlot.paths.bars?.({ size: [0.68, 42], radius: one.kind === 'bars' ? 0.12 : 0 });
  return { ...said, fill: colour, width: 0, points: { show: false }, ...(paths ? { paths } : {}) };
}

/** What a part of a stack is by itself: less what is below it. */
function own(_: uPlot, y: number, at: number, place: number | undefined, { lines }: Plot): number {
  return place === undefined || place === 0 ? y : y - (lines.ys[place - 1]?.[at] ?? 0);
}
