import type { ModeParams } from '../protocol';
import { later, t } from './say';

/** What a mode is chosen for: suggestions at the cursor, or rewrites. */
export type Feature = 'complete' | 'rewrite';

export const FEATURES: Record<Feature, string> = {
  complete: later('Suggestions'),
  rewrite: later('Rewrites'),
};
export const DEFAULT = 'build';

/** The modes that ship (`modes.toml` of the server; a test compares), and what each means for a feature. */
const MODES: readonly ({ name: string } & Record<Feature, string>)[] = [
  {
    name: 'fast',
    complete: later('The model on this machine alone, one line at a time.'),
    rewrite: later('The fastest provider first, then the model on this machine.'),
  },
  {
    name: 'build',
    complete: later('The model on this machine; the fastest provider where that cannot answer.'),
    rewrite: later('The model on this machine; the fastest provider where that cannot answer.'),
  },
  {
    name: 'double-check',
    complete: later('As build.'),
    rewrite: later('As build, and a second model looks over the result and flags risks beside the changes.'),
  },
];

export const MODE_NAMES: readonly string[] = MODES.map(({ name }) => name);

export interface ModeRow {
  label: string;
  detail: string;
  feature: Feature;
  mode: string;
}

/** The modes of a feature; the one that holds is marked. */
export function modeRows(feature: Feature, now: string): ModeRow[] {
  return MODES.map((mode) => ({
    label: mode.name === now ? `$(check) ${mode.name}` : mode.name,
    detail: t(mode[feature]),
    feature,
    mode: mode.name,
  }));
}

/** What was remembered, as a mode that there is. */
export function known(remembered: unknown): string {
  return typeof remembered === 'string' && MODE_NAMES.includes(remembered) ? remembered : DEFAULT;
}

/** "build", or "fast, rewrites double-check" */
export function modeWords({ complete, rewrite }: ModeParams): string {
  return complete === rewrite ? complete : t('{0}, rewrites {1}', complete, rewrite);
}
