import type { Flag, RewriteReviewParams } from '../protocol';
import { source } from './outside';
import { differences } from './review';
import { t } from './say';

/** What a second model said of a rewrite, in the words of the rows above the lines. */

const SHOWN = 100;
const ICONS: Record<Flag['severity'], string> = {
  error: '$(error)',
  warning: '$(warning)',
  note: '$(info)',
  difference: '$(diff)',
};

/** A row above the line that a flag is about. */
export function flagTitle({ severity, text }: Flag): string {
  return `${ICONS[severity]} ${plain(text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text)}`;
}

/** Who looked and what came of it. */
export function verdict({ flags, by, problem, outside }: RewriteReviewParams): string {
  if (problem) return `$(eye-closed) ${plain(problem)}`;
  const who = outside ? `$(cloud) ${source(outside)}` : plain(by);
  const found = flags.length === 1 ? t('1 remark') : t('{0} remarks', flags.length);
  return `$(eye) ${t('Checked by {0}: {1}', who, flags.length > 0 ? found : t('nothing found'))}`;
}

/** Where a line of `old` is in `now`, or undefined where it is there no more. */
export function placeOf(old: readonly string[], now: readonly string[], line: number): number | undefined {
  let moved = line;
  for (const one of differences(old, now)) {
    if (line < one.baseStart) break;
    if (line < one.baseStart + one.old.length) return undefined;
    moved += one.length - one.old.length;
  }
  return moved;
}

/** Words of a model make no icons. */
function plain(text: string): string {
  return text.replaceAll('$(', '$ (');
}
