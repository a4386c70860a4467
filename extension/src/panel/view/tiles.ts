import { numbers, words, type Figures } from '../../pure/report/figure';
import { el } from './dom';
import { f, t } from './text';

/** One headline number, and what is to be known of it. */
interface Tile {
  name: string;
  title: string;
  value: string;
  about: string[];
}

/** The headline numbers. */
export function tilesOf(figures: Figures): HTMLElement {
  const found = [
    hours(figures),
    latency(figures),
    acceptance(figures),
    still(figures),
    reuse(figures),
    cost(figures),
  ];
  const made = found.map(({ name, title, value, about }) =>
    el(
      'li',
      { class: 'tile', 'data-name': name },
      el('h2', {}, title),
      el('p', { class: 'value' }, value),
      ...about.map((line) => el('p', { class: 'note' }, line)),
    ),
  );
  return el('ul', { class: 'tiles', 'aria-label': t('Headline numbers') }, ...made);
}

const NONE = '–';

function hours(figures: Figures): Tile {
  const figure = figures.get('retained_characters_per_hour');
  const active = numbers(figure, 'hours')[0] ?? 0;
  return {
    name: 'retained_characters_per_hour',
    title: t('Retained characters per hour'),
    value: figure?.value == null ? NONE : f().number(figure.value),
    about: [t('in {0} active hours', f().number(Math.round(active * 10) / 10))],
  };
}

function latency(figures: Figures): Tile {
  const figure = figures.get('latency_by_feature');
  const at = Math.max(0, words(figure, 'feature').indexOf('complete'));
  const of = (name: string) => numbers(figure, name)[at] ?? null;
  const said = (ms: number | null) => (ms === null ? NONE : f().ms(ms));
  return {
    name: 'latency_by_feature',
    title: t('Latency, p50'),
    value: said(of('p50')),
    about: [
      `p95 ${said(of('p95'))} · p99 ${said(of('p99'))}`,
      t('{0} computed answers', f().short(of('n') ?? 0)),
    ],
  };
}

function acceptance(figures: Figures): Tile {
  const figure = figures.get('acceptance');
  const about = [t('of {0} shown', f().short(figure?.n ?? 0))];
  if (figure?.low != null && figure.high != null)
    about.unshift(t('{0} to {1}', f().percent(figure.low), f().percent(figure.high)));
  return {
    name: 'acceptance',
    title: t('Acceptance'),
    value: figure?.value == null ? NONE : f().percent(figure.value),
    about,
  };
}

function still(figures: Figures): Tile {
  const figure = figures.get('retention');
  return {
    name: 'retention',
    title: t('Still there after 10 minutes'),
    value: figure?.value == null ? NONE : f().percent(figure.value),
    about: [t('of {0} accepted texts', f().short(figure?.n ?? 0))],
  };
}

function reuse(figures: Figures): Tile {
  const figure = figures.get('reuse');
  return {
    name: 'reuse',
    title: t('Reused, shown apart'),
    value: figure?.value == null ? NONE : f().percent(figure.value),
    about: [t('of {0} shown', f().short(figure?.n ?? 0)), t('in no latency figure')],
  };
}

function cost(figures: Figures): Tile {
  const figure = figures.get('cost');
  const about = figure?.n
    ? [t('{0} answers from providers', f().short(figure.n))]
    : [t('all on this machine')];
  if (figure?.note) about.push(figure.note);
  return { name: 'cost', title: t('Cost'), value: f().usd(figure?.value ?? 0), about };
}
