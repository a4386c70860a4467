import type { OutsideAnswer, ProviderStatus, SpendStatus } from '../protocol';
import { later, t } from './say';

/** What there is to say of answers from outside and of those who give them. */

/** "Groq, llama-3.1-8b-instant, $0.0021" */
export function source({ title, model, usd }: OutsideAnswer): string {
  return [title, model, price(usd)].join(', ');
}

/** In USD, with as many digits as tell something. */
export function price(usd: number | null): string {
  if (usd === null) return t('price not known');
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  if (usd < 0.000001) return t('under ${0}', '0.000001');
  const rounded = Number(usd.toPrecision(2));
  return `$${rounded.toFixed(1 - Math.floor(Math.log10(rounded)))}`;
}

/** "1200 read (800 cached), 40 written" */
export function tokens({ promptTokens, cachedTokens, generatedTokens }: OutsideAnswer): string {
  const cached = cachedTokens > 0 ? ` (${t('{0} cached', cachedTokens)})` : '';
  return t('{0} read{1}, {2} written', promptTokens, cached, generatedTokens);
}

/** "today $0.12 of $1.00, this month $0.80" */
export function spent(spend: SpendStatus | null): string {
  if (!spend) return '';
  const of = (usd: number, cap: number | null) =>
    cap === null ? price(usd) : t('{0} of {1}', price(usd), price(cap));
  return t(
    'today {0}, this month {1}',
    of(spend.dayUsd, spend.capDayUsd),
    of(spend.monthUsd, spend.capMonthUsd),
  );
}

/** How a provider stands, in a few words or a sentence with what to do. */
export function standing({ state, why, p50Ms }: ProviderStatus): string {
  if (state !== 'ready') return why || t(state);
  return p50Ms === null ? t('ready') : t('ready, first text after {0} ms', Math.round(p50Ms));
}

export interface Problem {
  title: string;
  detail: string;
  /** The next step, which may be told the name of the provider. */
  command: string;
  provider: string;
}

/** Providers that are on and cannot be asked now, and what to do about each. */
export function problems(providers: readonly ProviderStatus[]): Problem[] {
  return providers.flatMap((provider) => {
    const words = HINDERED[provider.state];
    if (!words) return [];
    const [what, command, next] = words;
    return [
      { title: t(what, provider.title), detail: provider.why || t(next), command, provider: provider.name },
    ];
  });
}

/** Of a state: what is the matter, the command that helps, the next step in words. */
const HINDERED: Record<string, [string, string, string] | undefined> = {
  'no key': [
    later('{0} has no key'),
    'symbiote.addKey',
    later('Add one: it is kept in the secret storage of the editor.'),
  ],
  blocked: [
    later('{0} refuses'),
    'symbiote.addKey',
    later('Check the key and the name of the model, or add another key.'),
  ],
  capped: [
    later('{0} may spend no more'),
    'symbiote.openProviders',
    later('The limit in symbiote.providers is reached. Raise it, or wait.'),
  ],
  resting: [
    later('{0} rests'),
    'symbiote.testKey',
    later('It failed a few times and is asked again by itself in a moment.'),
  ],
};
