import type { Table } from '../../pure/report/figure';
import { el } from './dom';
import { f, t } from './text';

const MOST = 200;

/** A table of a figure. */
export function tableOf(table: Table, title: string): HTMLElement {
  const head = el('tr', {}, ...table.columns.map((name) => el('th', { scope: 'col' }, t(name))));
  const rows = table.rows
    .slice(0, MOST)
    .map((row) =>
      el(
        'tr',
        {},
        ...row.map((cell, at) =>
          el(
            'td',
            typeof cell === 'number' ? { class: 'number' } : {},
            f().cell(cell, table.columns[at] ?? ''),
          ),
        ),
      ),
    );
  const made = el(
    'table',
    {},
    el('caption', { class: 'unseen' }, title),
    el('thead', {}, head),
    el('tbody', {}, ...rows),
  );
  const left = table.rows.length - MOST;
  const more =
    left > 0 ? [el('p', { class: 'note' }, t('and {0} more: copy as CSV has all', f().number(left)))] : [];
  // It scrolls, so it must be reached by keys.
  return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': title }, made, ...more);
}
