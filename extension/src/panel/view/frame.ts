import { csv } from '../../pure/report/csv';
import type { Table } from '../../pure/report/figure';
import { barsOf } from './bars';
import type { Card } from './cards';
import { button, el } from './dom';
import { draw } from './plot';
import { tableOf } from './table';
import { t } from './text';

/** What a card's buttons do, and whether it is a table now. */
export interface Frame {
  asTable: boolean;
  toggle: (asTable: boolean) => void;
  copy: (text: string) => void;
}

/** What is in the page, and how to take what was drawn in it down again. */
export interface Shown {
  element: HTMLElement;
  draw: () => () => void;
}

/** A card with its buttons. What is drawn needs to be in the page: `draw` comes after. */
export function framed(card: Card, frame: Frame, own?: HTMLElement): Shown {
  const empty = card.table.rows.length === 0;
  const place = el('div', { class: 'drawing' });
  const table = el('div', { class: 'table' });
  const toggle = button(t('Table'), () => show(!shown), {
    'aria-pressed': String(frame.asTable),
    class: 'quiet',
  });
  const copy = button(t('Copy as CSV'), () => frame.copy(csv(card.table)), { class: 'quiet' });
  toggle.setAttribute('aria-label', t('{0}: as a table', card.title));
  copy.setAttribute('aria-label', t('{0}: copy as CSV', card.title));
  toggle.disabled = copy.disabled = empty;
  let shown = frame.asTable;
  let end: () => void = () => undefined;
  const show = (asTable: boolean) => {
    if (asTable !== shown) frame.toggle(asTable);
    shown = asTable;
    toggle.setAttribute('aria-pressed', String(asTable));
    place.hidden = asTable && !empty;
    table.hidden = !asTable || empty;
    end();
    end = () => undefined;
    if (!asTable || empty) end = fill(place, card, own);
    else table.replaceChildren(tableOf(card.table, card.title));
  };
  const id = `card-${card.name}`;
  const head = el(
    'header',
    {},
    el('h2', { id }, card.title),
    el('div', { class: 'buttons' }, toggle, copy),
    el('p', { class: 'note' }, card.about),
  );
  const attributes = {
    class: card.width ? `card width-${card.width}` : 'card',
    'data-name': card.name,
    'aria-labelledby': id,
  };
  const element = el('section', attributes, head, place, table);
  return {
    element,
    draw: () => {
      show(shown);
      return () => end();
    },
  };
}

function fill(place: HTMLElement, card: Card, own: HTMLElement | undefined): () => void {
  place.replaceChildren();
  if (own) place.append(own);
  else if (card.table.rows.length === 0)
    place.append(el('p', { class: 'nothing' }, t('Nothing of this in this time.')));
  else if (card.bars) place.append(barsOf(card.bars));
  else if (card.plot) {
    const chart = el('div', { role: 'img', 'aria-label': said(card.title, card.table) });
    place.append(chart);
    return draw(chart, card.plot);
  }
  return () => undefined;
}

function said(title: string, { rows }: Table): string {
  return t('{0}, a chart of {1} rows; the button Table shows them', title, rows.length);
}
