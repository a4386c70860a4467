import type { FlowCauses, FlowStateParams } from '../protocol';
import { later, t } from './say';

/** What the server said of the session, and when (milliseconds of any clock that does not go back). */
export interface Told {
  state: FlowStateParams;
  at: number;
}

export type Cause = FlowCauses['known'][number];

export interface Timer {
  /** With codicons, for the status bar. */
  text: string;
  /** The same in words, for a screen reader. */
  spoken: string;
  /** Milliseconds until it says something else by itself; undefined: never. */
  next: number | undefined;
  over: boolean;
}

const MINUTE_MS = 60_000;
const SECOND_MS = 1_000;

/** Minutes while there are some, seconds in the last minute. Nothing without a session. */
export function timer({ state, at }: Told, now: number): Timer | undefined {
  if (state.session === '') return undefined;
  const left = leftMs({ state, at }, now);
  const unit = left > MINUTE_MS ? MINUTE_MS : SECOND_MS;
  const count = Math.ceil(left / unit);
  const over = left <= 0;
  const time = over ? t('time is up') : unit === MINUTE_MS ? t('{0} min', count) : t('{0} s', count);
  const broken = state.interruptions > 0 ? ` · ${state.interruptions}` : '';
  const words = [
    t('Flow session {0}', state.feature),
    state.kind === 'baseline' ? t('without help') : '',
    state.paused ? t('paused') : '',
    over ? t('time is up') : unit === MINUTE_MS ? t('{0} minutes left', count) : t('{0} seconds left', count),
    interruptions(state.interruptions),
  ];
  return {
    text: `$(${state.paused ? 'debug-pause' : 'watch'}) ${time}${broken}`,
    spoken: words.filter(Boolean).join(', '),
    next: over || state.paused ? undefined : left - (count - 1) * unit || unit,
    over,
  };
}

export function interruptions(count: number): string {
  if (count === 0) return t('no interruptions');
  return count === 1 ? t('1 interruption') : t('{0} interruptions', count);
}

/** Markdown for the tooltip; the feature's name comes from outside. */
export function about({ feature, kind, interruptions: count }: FlowStateParams): string {
  const name = feature.replaceAll(/[\\`*_{}[\]()#+\-.!|<>$]/g, '\\$&');
  const how = kind === 'baseline' ? t('Baseline: no help in any window') : t('With help');
  return `**${name}**\n\n${how}, ${interruptions(count)}`;
}

/** What was typed for the minutes; undefined where it is no number of them. */
export function minutesIn(text: string): number | undefined {
  const trimmed = text.trim().replace(',', '.');
  const minutes = trimmed === '' ? NaN : Number(trimmed);
  return minutes > 0 && minutes <= 24 * 60 ? minutes : undefined;
}

/** The causes in the order in which they are offered; more words are asked for after the last. */
export const CAUSES: [Cause, string][] = [
  ['slow_answer', later('An answer took too long')],
  ['wrong_answer', later('An answer was wrong')],
  ['too_much_to_read', later('There was too much to read')],
  ['trouble', later('Something failed')],
  ['looked_something_up', later('I had to look something up')],
  ['left_editor', later('I was elsewhere')],
  ['somebody_came', later('Somebody came')],
  ['other', later('Something else…')],
];

function leftMs({ state, at }: Told, now: number): number {
  const passed = state.paused ? 0 : Math.max(0, now - at);
  return Math.max(0, state.leftS * SECOND_MS - passed);
}
