import type { ServerSettings } from '../protocol';
import { modeWords } from './modes';
import { problems, spent } from './outside';
import { headline } from './tooltip';
import type { View } from './view';
import { t } from './say';

export interface Row {
  label: string;
  detail?: string;
  command: string;
  arguments?: string[];
}

/** What a click on the status bar offers. */
export function menuRows(view: View): Row[] {
  return [...pauseRows(view), ...languageRows(view), ...outsideRows(view), ...serverRows(view)];
}

export function menuTitle(view: View): string {
  return `Symbiote: ${headline(view)}`;
}

function pauseRows({ quiet }: View): Row[] {
  if (quiet === 'disabled')
    return [row(`$(gear) ${t('Open Settings')}`, 'symbiote.openSettings', t('symbiote.enabled is off here'))];
  if (quiet === 'paused') return [row(`$(play) ${t('Resume')}`, 'symbiote.resume')];
  return [
    row(
      `$(debug-pause) ${t('Pause')}`,
      'symbiote.pause',
      t('No suggestions in this window until you resume'),
    ),
  ];
}

function languageRows({ language, quiet }: View): Row[] {
  if (!language || quiet === 'disabled') return [];
  if (quiet === 'language disabled')
    return [row(`$(check) ${t('Allow in {0} again', language)}`, 'symbiote.allowLanguage')];
  const pausing =
    quiet === 'language paused'
      ? row(`$(play) ${t('Resume for {0}', language)}`, 'symbiote.resumeLanguage')
      : row(
          `$(debug-pause) ${t('Pause for {0}', language)}`,
          'symbiote.pauseLanguage',
          t('In this window, until you resume'),
        );
  return [
    pausing,
    row(
      `$(circle-slash) ${t('Never in {0}', language)}`,
      'symbiote.disableLanguage',
      t('Adds it to symbiote.disabledLanguages'),
    ),
  ];
}

/** Who else may answer, what is the matter with them, and what leaves the machine. */
function outsideRows({ phase, status, route }: View): Row[] {
  if (phase !== 'running') return [];
  const on = status?.providers ?? [];
  const hindered = problems(on).map(({ title, detail, command, provider }) => ({
    ...row(`$(warning) ${title}`, command, detail),
    ...(command === 'symbiote.openProviders' ? {} : { arguments: [provider] }),
  }));
  const names = on.map(({ title }) => title).join(', ');
  return [
    ...hindered,
    row(`$(rocket) ${t('Mode')}`, 'symbiote.chooseMode', modeWords(route)),
    row(
      `${route.localOnly ? '$(check)' : '$(lock)'} ${t('This Workspace Never Leaves This Machine')}`,
      'symbiote.toggleLocalOnly',
      route.localOnly ? t('On: no provider is asked here, whatever the mode says') : t('Off'),
    ),
    row(
      `$(cloud) ${t('Providers…')}`,
      'symbiote.providers',
      names
        ? [names, spent(status?.spend ?? null)].filter(Boolean).join(' · ')
        : t('None is on: nothing leaves this machine'),
    ),
  ];
}

function serverRows({ phase }: View): Row[] {
  const rows = [
    row(
      `$(question) ${t('Why Nothing? Why This?')}`,
      'symbiote.why',
      t('What became of the last request, step by step'),
    ),
  ];
  if (phase === 'running') {
    rows.push(
      row('$(graph) Dashboard', 'symbiote.dashboard', 'What it costs and what it gives, as charts'),
      row(
        `$(copy) ${t('Copy Reproduction')}`,
        'symbiote.copyReproduction',
        t('The last request, with the code around the cursor, as a line that can be run again'),
      ),
      row(
        `$(settings) ${t('How Eager')}`,
        'symbiote.chooseEagerness',
        t('How sure a suggestion has to be to appear by itself'),
      ),
      row(
        `$(discard) ${t('Forget What It Learned')}`,
        'symbiote.forgetLearned',
        t('About when to show: from the suggestions you took and sent away'),
      ),
      row(`$(debug-restart) ${t('Restart Engine')}`, 'symbiote.restartEngine'),
    );
  }
  rows.push(
    row(`$(refresh) ${t('Restart Server')}`, 'symbiote.restartServer'),
    row(`$(output) ${t('Show Log')}`, 'symbiote.showLog'),
  );
  if (phase === 'missing') rows.push(row(`$(gear) ${t('Open Settings')}`, 'symbiote.openSettings'));
  return rows;
}

function row(label: string, command: string, detail?: string): Row {
  return detail === undefined ? { label, command } : { label, command, detail };
}

type Eagerness = ServerSettings['eagerness'];

/** The values of symbiote.eagerness; the one that holds is marked. */
export function eagernessRows(now: Eagerness): { label: string; detail: string; value: Eagerness }[] {
  const details: [Eagerness, string][] = [
    ['quiet', t('Fewer suggestions, more of them right')],
    ['normal', t('As shipped')],
    ['eager', t('More suggestions, fewer of them right')],
    ['onKey', t('None by itself: Alt+\\ shows what is ready, and hides it again')],
  ];
  return details.map(([value, detail]) => ({
    label: value === now ? `$(check) ${value}` : value,
    detail,
    value,
  }));
}
