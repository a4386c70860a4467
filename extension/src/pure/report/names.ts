import { column, words, type Figures } from './figure';
import type { Choice, Filter } from './choice';

/** What each filter can be set to, the most first. */
export type Names = Record<Filter, string[]>;

export function names(figures: Figures): Names {
  const where = figures.get('where');
  const by = column(where, 'by');
  const all = words(where, 'name');
  const of = (kind: string) => all.filter((name, at) => by[at] === kind && name !== '');
  const models = figures.get('models');
  return {
    feature: unique(words(models, 'feature')),
    language: of('language'),
    model: unique(words(models, 'model')),
    project: of('project'),
    task: of('task'),
  };
}

/** With what is chosen now, though there is nothing of it in this time. */
export function withChosen(found: Names, { filters }: Choice): Names {
  const all = { ...found };
  for (const [name, value] of Object.entries(filters) as [Filter, string][])
    all[name] = unique([...all[name], value]);
  return all;
}

function unique(found: readonly string[]): string[] {
  return [...new Set(found.filter((name) => name !== ''))];
}
