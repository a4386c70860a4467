import type { OutsideAnswer, StatusParams } from '../protocol';
import { modeWords } from './modes';
import { price, spent, standing, tokens } from './outside';
import { figures, outOf, recent, slowWords, split } from './latency';
import { quietWords } from './readout';
import { later, t } from './say';
import type { View } from './view';

/** Markdown without links, HTML or icons: a heading, one sentence, a table. */
export function tooltip(view: View): string {
  const lines = [`**Symbiote** ${escape(headline(view))}`];
  const rows = view.phase === 'running' && view.status ? allRows(view, view.status) : [];
  if (rows.length > 0) {
    lines.push(
      '',
      '| | |',
      '|:--|:--|',
      ...rows.map(([name, value]) => `| ${escape(name)} | ${escape(value)} |`),
    );
  }
  return lines.join('\n');
}

const STATES: Record<StatusParams['state'], string> = {
  starting: later('starting'),
  loading: later('loading'),
  ready: later('ready'),
  off: later('off'),
};

/** What is the matter, in a few words. */
export function headline(view: View): string {
  const because = view.problem ? `: ${view.problem}` : '';
  switch (view.phase) {
    case 'missing':
      return view.problem || t('server not installed');
    case 'stopped':
      return t('server stopped') + because;
    case 'restarting':
      return t('restarting the server') + because;
    case 'starting':
      return t('starting the server');
    case 'running': {
      if (view.quiet === 'excluded') return `${t('excluded')}: ${view.excluded}`;
      if (view.quiet) return quietWords(view.quiet, view.language);
      const { state = 'starting', reason = '', slow = null } = view.status ?? {};
      if (state === 'ready' && slow) return t('slow. {0}', slowWords(slow));
      return reason ? `${t(STATES[state])}: ${reason}` : t(STATES[state]);
    }
  }
}

/** The newest answer first if it came from outside: the status bar shows its badge. */
function allRows(view: View, status: StatusParams): [string, string][] {
  return [...answerRows(view.outside), ...statusRows(status), ...outsideRows(view, status)];
}

function statusRows(status: StatusParams): [string, string][] {
  const rows: [string, string][] = [
    [t('Engine'), status.engine],
    [t('Model'), status.model],
    [t('Device'), [status.device, threads(status.threads)].filter(Boolean).join(', ')],
    [t('Memory'), status.memoryMb > 0 ? `${Math.round(status.memoryMb)} MB` : ''],
    [t('Request to answer'), figures(status)],
    [t('Last {0} computed', status.recent.length), recent(status.recent)],
    [t('Last answer'), split(status.stages, 'lastMs')],
    [t('Median answer'), split(status.stages, 'p50Ms')],
    [t('Reused, at no cost'), outOf(status.shown - status.computed, status.shown)],
    [t('Accepted here'), outOf(status.accepted, status.shown)],
    [t('Accepted today'), outOf(status.acceptedToday, status.shownToday)],
    [t('Last silence'), silence(status.lastSilence)],
  ];
  return rows.filter(([, value]) => value !== '');
}

function threads(count: number): string {
  if (count <= 0) return '';
  return count === 1 ? t('1 thread') : t('{0} threads', count);
}

/** The reason's name as words; those of a newer server are shown as they are. */
function silence(reason: string | null): string {
  return reason === null ? '' : t(reason.replaceAll('_', ' '));
}

/** Who may answer beside the model here, and what that cost. */
function outsideRows({ route }: View, { providers, spend }: StatusParams): [string, string][] {
  const rows: [string, string][] = [
    [t('Mode'), modeWords(route)],
    [t('Leaves this machine'), route.localOnly ? t('nothing of this workspace') : ''],
    ...providers.map((one): [string, string] => [one.title, standing(one)]),
    [t('Spent'), spent(spend)],
  ];
  return rows.filter(([, value]) => value !== '');
}

function answerRows(answer: OutsideAnswer | undefined): [string, string][] {
  if (!answer) return [];
  return [
    [t('Answered by'), `${answer.title}, ${answer.model}`],
    [t('Tokens'), tokens(answer)],
    [t('Price'), price(answer.usd)],
  ];
}

/** Text from outside stays text: no links, no emphasis, no cells of its own. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|!~$&:]/g, '\\$&').replace(/\s+/g, ' ');
}
