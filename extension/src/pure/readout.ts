import type { OutsideAnswer, StatusParams } from '../protocol';
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
      return warning('not installed', "Symbiote's server is not installed");
    case 'stopped':
      return warning('server stopped', "Symbiote's server is stopped");
    case 'starting':
      return busy('starting');
    case 'restarting':
      return busy('restarting server');
    case 'running':
      return view.quiet ? silent(quietWords(view.quiet, view.language)) : working(view);
  }
}

export function quietWords(quiet: Quiet, language = 'this language'): string {
  switch (quiet) {
    case 'paused':
      return 'paused';
    case 'language paused':
      return `paused for ${language}`;
    case 'disabled':
      return 'disabled';
    case 'language disabled':
      return `off in ${language}`;
    case 'excluded':
      return 'excluded';
  }
}

/** `34 ms · p50 31 · p99 80`, as far as there are figures. */
export function figures(status: StatusParams): string {
  if (status.lastMs === null) return '';
  const parts = [`${ms(status.lastMs)} ms`];
  if (status.p50Ms !== null) parts.push(`p50 ${ms(status.p50Ms)}`);
  if (status.p99Ms !== null) parts.push(`p99 ${ms(status.p99Ms)}`);
  return parts.join(' · ');
}

/** Whole milliseconds, but one decimal where that is all there is to see. */
function ms(value: number): string {
  return value > 0 && value < 10 ? value.toFixed(1) : Math.round(value).toString();
}

function working({ status, outside, route }: View): Readout {
  if (status && outside) return away(outside);
  switch (status?.state) {
    case undefined:
    case 'starting':
      return busy('starting');
    case 'loading':
      return busy('loading model');
    case 'off':
      if (!route.localOnly && status.providers.some(({ state }) => state === 'ready')) {
        return { text: '$(cloud) Symbiote', spoken: 'Symbiote: providers answer', warn: false };
      }
      return warning('off', `Symbiote is off: ${status.reason}`);
    case 'ready': {
      const shown = figures(status);
      return {
        text: `$(sparkle) ${shown || 'Symbiote'}`,
        spoken: `Symbiote: ${shown || 'ready'}`,
        warn: false,
      };
    }
  }
}

/** The badge of an answer from outside. */
function away({ title, ms: took }: OutsideAnswer): Readout {
  const words = `${ms(took)} ms · ${title}`;
  return {
    text: `$(cloud) ${words}`,
    spoken: `Symbiote: answered by ${title} in ${ms(took)} ms`,
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
