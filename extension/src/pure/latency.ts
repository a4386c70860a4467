import type { SlowStatus, StageStatus, StatusParams } from '../protocol';
import { later, t } from './say';

/** How fast computed answers come, in words and as a drawing. */

const BLOCKS = '▁▂▃▄▅▆▇█';

/** One block for each value, the highest for the greatest: as high as they are long. */
export function sparkline(values: readonly number[]): string {
  const most = Math.max(...values, Number.MIN_VALUE);
  const block = (value: number) => Math.min(BLOCKS.length - 1, Math.floor((value / most) * BLOCKS.length));
  return values.map((value) => BLOCKS.charAt(Math.max(0, block(value)))).join('');
}

/** "▂▁▃█▂ 12 to 80 ms" */
export function recent(values: readonly number[]): string {
  if (values.length < 2) return '';
  return `${sparkline(values)} ${t('{0} to {1} ms', ms(Math.min(...values)), ms(Math.max(...values)))}`;
}

/** `34 ms · p50 31 · p99 80`, as far as there are figures. */
export function figures({ lastMs, p50Ms, p99Ms }: StatusParams): string {
  if (lastMs === null) return '';
  const parts = [`${ms(lastMs)} ms`];
  if (p50Ms !== null) parts.push(`p50 ${ms(p50Ms)}`);
  if (p99Ms !== null) parts.push(`p99 ${ms(p99Ms)}`);
  return parts.join(' · ');
}

/** The same in words, for a screen reader. */
export function spokenFigures({ lastMs, p50Ms, p99Ms }: StatusParams): string {
  if (lastMs === null) return '';
  const parts = [t('last answer in {0} milliseconds', ms(lastMs))];
  if (p50Ms !== null) parts.push(t('half of all answers within {0}', ms(p50Ms)));
  if (p99Ms !== null) parts.push(t('99 of 100 within {0}', ms(p99Ms)));
  return parts.join(', ');
}

/** Whole milliseconds, but one decimal where that is all there is to see. */
export function ms(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : Math.round(value).toString();
}

const STAGES: Record<string, string | undefined> = {
  wait: later('waiting'),
  context: later('context'),
  prompt: later('prompt'),
  queue: later('queue'),
  prefill: later('reading'),
  decode: later('writing'),
  finish: later('finishing'),
};

/** "reading 20, writing 11 ms": what took the time, in the order it went by; what took none is left out. */
export function split(stages: readonly StageStatus[], which: 'lastMs' | 'p50Ms'): string {
  const parts = stages
    .filter((stage) => stage[which] >= 0.5)
    .map((stage) => `${t(STAGES[stage.stage] ?? stage.stage)} ${ms(stage[which])}`);
  return parts.length > 0 ? `${parts.join(', ')} ms` : '';
}

const CULPRITS: Record<string, string | undefined> = {
  wait: later('Most of the time went by before the request was looked at: the machine is busy.'),
  context: later('Most of the time went by gathering context.'),
  prompt: later('Most of the time went by making the prompt.'),
  queue: later('Most of the time went by waiting for the model, which was busy with something else.'),
  prefill: later('Most of the time went by reading the prompt. A smaller model reads faster.'),
  decode: later('Most of the time went by writing the answer. A smaller model writes faster.'),
  finish: later('Most of the time went by checking the answer.'),
  provider: later('Most of the time went by waiting for a provider.'),
  unfinished: later('Most of the time went by without an answer. A smaller model is faster.'),
};

/** Why the status bar warns. */
export function slowWords({ late, of, missed, stage }: SlowStatus): string {
  const parts = [
    missed > 0
      ? t('{0} of the last {1} answers took over 500 ms, {2} came too late to be shown.', late, of, missed)
      : t('{0} of the last {1} answers took over 500 ms.', late, of),
  ];
  const culprit = CULPRITS[stage];
  return [...parts, ...(culprit ? [t(culprit)] : [])].join(' ');
}

/** "4 of 9 (44 %)", or '' before there was anything. */
export function outOf(part: number, whole: number): string {
  return whole > 0 ? t('{0} of {1} ({2} %)', part, whole, Math.round((100 * part) / whole)) : '';
}
