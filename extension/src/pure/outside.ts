import type { OutsideAnswer, ProviderStatus, SpendStatus } from '../protocol';

/** What there is to say of answers from outside and of those who give them. */

/** "Groq, llama-3.1-8b-instant, $0.0021" */
export function source({ title, model, usd }: OutsideAnswer): string {
  return [title, model, price(usd)].join(', ');
}

/** In USD, with as many digits as tell something. */
export function price(usd: number | null): string {
  if (usd === null) return 'price not known';
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2)}`;
  if (usd < 0.000001) return 'under $0.000001';
  const rounded = Number(usd.toPrecision(2));
  return `$${rounded.toFixed(1 - Math.floor(Math.log10(rounded)))}`;
}

/** "1200 read (800 cached), 40 written" */
export function tokens({ promptTokens, cachedTokens, generatedTokens }: OutsideAnswer): string {
  const cached = cachedTokens > 0 ? ` (${cachedTokens} cached)` : '';
  return `${promptTokens} read${cached}, ${generatedTokens} written`;
}

/** "today $0.12 of $1.00, this month $0.80" */
export function spent(spend: SpendStatus | null): string {
  if (!spend) return '';
  const of = (usd: number, cap: number | null) =>
    cap === null ? price(usd) : `${price(usd)} of ${price(cap)}`;
  return `today ${of(spend.dayUsd, spend.capDayUsd)}, this month ${of(spend.monthUsd, spend.capMonthUsd)}`;
}

/** How a provider stands, in a few words or a sentence with what to do. */
export function standing({ state, why, p50Ms }: ProviderStatus): string {
  if (state !== 'ready') return why || state;
  return p50Ms === null ? 'ready' : `ready, first text after ${Math.round(p50Ms)} ms`;
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
      { title: `${provider.title} ${what}`, detail: provider.why || next, command, provider: provider.name },
    ];
  });
}

/** Of a state: what is the matter, the command that helps, the next step in words. */
const HINDERED: Record<string, [string, string, string] | undefined> = {
  'no key': ['has no key', 'symbiote.addKey', 'Add one: it is kept in the secret storage of the editor.'],
  blocked: ['refuses', 'symbiote.addKey', 'Check the key and the name of the model, or add another key.'],
  capped: [
    'may spend no more',
    'symbiote.openProviders',
    'The limit in symbiote.providers is reached. Raise it, or wait.',
  ],
  resting: ['rests', 'symbiote.testKey', 'It failed a few times and is asked again by itself in a moment.'],
};
