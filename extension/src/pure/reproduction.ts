import type { WhyResult } from '../protocol';
import { t } from './say';

export interface Copy {
  /** What goes to the clipboard; nothing if there is nothing to copy. */
  line?: string;
  /** What the status bar says of it. */
  said: string;
}

/** What there is to copy of the last request. */
export function copyOf(answer: WhyResult | undefined): Copy {
  if (answer === undefined) return { said: t('Symbiote: there is no server to ask') };
  if (answer.reproduction === null) {
    return { said: t('Symbiote: nothing to copy, the model was not asked (Why Nothing? says why)') };
  }
  return {
    line: `${answer.reproduction}\n`,
    said: t('Symbiote: copied, with the code around the cursor; `symbiote evaluate` runs it'),
  };
}
