import { FILTERS, RANGES, type Choice, type Filter, type Range } from '../../pure/report/choice';
import type { Names } from '../../pure/report/names';
import { button, el, select } from './dom';
import { t } from './text';

interface Acts {
  range: (range: Range) => void;
  filter: (name: Filter, value: string) => void;
  clear: () => void;
  refresh: () => void;
}

const RANGE_WORDS: Record<Range, string> = {
  today: 'Today',
  '7': '7 days',
  '30': '30 days',
  '90': '90 days',
  all: 'All time',
};
const FILTER_WORDS: Record<Filter, string> = {
  feature: 'Feature',
  language: 'Language',
  model: 'Model',
  project: 'Project',
  task: 'Task',
};
const SHORT = 8;

/** The row above the charts: which time, which rows. */
export function controls(choice: Choice, names: Names, acts: Acts): HTMLElement {
  const ranges = RANGES.map((range) =>
    button(t(RANGE_WORDS[range]), () => acts.range(range), {
      'aria-pressed': String(range === choice.range),
      'data-name': `range ${range}`,
    }),
  );
  const filters = FILTERS.map((name) => {
    const options = [['', t('All')] as const, ...names[name].map((one) => [one, said(name, one)] as const)];
    const set = (value: string) => acts.filter(name, value);
    return select(t(FILTER_WORDS[name]), options, choice.filters[name] ?? '', set, { 'data-name': name });
  });
  const clear = button(t('Clear Filters'), acts.clear, { class: 'quiet', 'data-name': 'clear' });
  clear.disabled = Object.keys(choice.filters).length === 0;
  return el(
    'div',
    { class: 'controls' },
    el('div', { class: 'ranges', role: 'group', 'aria-label': t('Time') }, ...ranges),
    el('div', { class: 'filters', role: 'group', 'aria-label': t('Filters') }, ...filters, clear),
  );
}

/** Projects are salted hashes, of which the beginning tells them apart. */
function said(name: Filter, value: string): string {
  if (name === 'project') return value.slice(0, SHORT);
  return name === 'feature' ? t(value) : value;
}
