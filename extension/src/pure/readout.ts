import type { OutsideAnswer, StatusParams } from '../protocol';
import { figures, ms, outOf, slowWords, spokenFigures } from './latency';
import { t } from './say';
import type { Quiet, View } from './view';

export interface Readout {
  /** With codicons, for the status bar. */
  text: string;
  /** The same in words, for a screen reader. */
  spoken: string;
  warn: boolean;
}

export function readout(view: View): Readout {
  switch (view.phase) {
    case 'missing':
      return warning(t('not installed'), t("Symbiote's server is not installed"));
    case 'stopped':
      return warning(t('server stopped'), t("Symbiote's server is stopped"));
    case 'starting':
      return busy(t('starting'));
    case 'restarting':
      return busy(t('restarting server'));
    case 'running':
      return view.quiet ? silent(quietWords(view.quiet, view.language)) : working(view);
  }
}

export function quietWords(quiet: Quiet, language = t('this language')): string {
  switch (quiet) {
    case 'paused':
      return t('paused');
    case 'language paused':
      return t('paused for {0}', language);
    case 'disabled':
      return t('disabled');
    case 'language disabled':
      return t('off in {0}', language);
    case 'excluded':
      return t('excluded');
  }
}

function working({ status, outside, route }: View): Readout {
  if (status && outside) return away(outside);
  switch (status?.state) {
    case undefined:
    case 'starting':
      return busy(t('starting'));
    case 'loading':
      return busy(t('loading model'));
    case 'off':
      if (!route.localOnly && status.providers.some(({ state }) => state === 'ready')) {
        return { text: '$(cloud) Symbiote', spoken: `Symbiote: ${t('providers answer')}`, warn: false };
      }
      return warning(t('off'), t('Symbiote is off: {0}', status.reason));
    case 'ready':
      return ready(status);
  }
}

/** How fast it is; a warning while half a second does not hold. */
function ready(status: StatusParams): Readout {
  const today = outOf(status.acceptedToday, status.shownToday);
  const said = [
    status.slow ? t('slow. {0}', slowWords(status.slow)) : '',
    spokenFigures(status),
    today && t('accepted today {0}', today),
  ].filter(Boolean);
  return {
    text: `$(${status.slow ? 'warning' : 'sparkle'}) ${figures(status) || 'Symbiote'}`,
    spoken: `Symbiote: ${said.join('; ') || t('ready')}`,
    warn: status.slow !== null,
  };
}

/** The badge of an answer from outside. */
function away({ title, ms: took }: OutsideAnswer): Readout {
  const words = `${ms(took)} ms · ${title}`;
  return {
    text: `$(cloud) ${words}`,
    spoken: `Symbiote: ${t('answered by {0} in {1} ms', title, ms(took))}`,
    warn: false,
  };
}

function busy(words: string): Readout {
  return { text: `$(loading~spin) ${words}`, spoken: `Symbiote: ${words}`, warn: false };
}

function silent(words: string): Readout {
  return { text: `$(circle-slash) ${words}`, spoken: `Symbiote: ${words}`, warn: false };
}

function warning(words: string, spoken: string): Readout {
  return { text: `$(warning) ${words}`, spoken, warn: true };
}
