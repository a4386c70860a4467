import type { OutsideAnswer, StatusParams } from '../protocol';
import { modeWords } from './modes';
import { price, spent, standing, tokens } from './outside';
import { figures, quietWords } from './readout';
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

/** What is the matter, in a few words. */
export function headline(view: View): string {
  const because = view.problem ? `: ${view.problem}` : '';
  switch (view.phase) {
    case 'missing':
      return view.problem || 'server not installed';
    case 'stopped':
      return `server stopped${because}`;
    case 'restarting':
      return `restarting the server${because}`;
    case 'starting':
      return 'starting the server';
    case 'running': {
      if (view.quiet === 'excluded') return `excluded: ${view.excluded}`;
      if (view.quiet) return quietWords(view.quiet, view.language);
      const { state = 'starting', reason = '' } = view.status ?? {};
      return reason ? `${state}: ${reason}` : state;
    }
  }
}

/** The newest answer first if it came from outside: the status bar shows its badge. */
function allRows(view: View, status: StatusParams): [string, string][] {
  return [...answerRows(view.outside), ...statusRows(status), ...outsideRows(view, status)];
}

function statusRows(status: StatusParams): [string, string][] {
  const rows: [string, string][] = [
    ['Engine', status.engine],
    ['Model', status.model],
    [
      'Device',
      [status.device, status.threads > 0 ? `${status.threads} threads` : ''].filter(Boolean).join(', '),
    ],
    ['Memory', status.memoryMb > 0 ? `${Math.round(status.memoryMb)} MB` : ''],
    ['Request to answer', figures(status)],
    ['Computed', status.computed.toString()],
    ['Shown', status.shown.toString()],
    ['Accepted', status.accepted.toString()],
    ['Last silence', status.lastSilence?.replaceAll('_', ' ') ?? ''],
  ];
  return rows.filter(([, value]) => value !== '');
}

/** Who may answer beside the model here, and what that cost. */
function outsideRows({ route }: View, { providers, spend }: StatusParams): [string, string][] {
  const rows: [string, string][] = [
    ['Mode', modeWords(route)],
    ['Leaves this machine', route.localOnly ? 'nothing of this workspace' : ''],
    ...providers.map((one): [string, string] => [one.title, standing(one)]),
    ['Spent', spent(spend)],
  ];
  return rows.filter(([, value]) => value !== '');
}

function answerRows(answer: OutsideAnswer | undefined): [string, string][] {
  if (!answer) return [];
  return [
    ['Answered by', `${answer.title}, ${answer.model}`],
    ['Tokens', tokens(answer)],
    ['Price', price(answer.usd)],
  ];
}

/** Text from outside stays text: no links, no emphasis, no cells of its own. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#|!~$&:]/g, '\\$&').replace(/\s+/g, ' ');
}
