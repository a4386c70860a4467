import type { Cell } from './figure';

/** Numbers and days as the reader's language writes them. */
export class Format {
  readonly #whole: Intl.NumberFormat;
  readonly #fine: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #short: Intl.NumberFormat;
  readonly #day: Intl.DateTimeFormat;

  constructor(language: string) {
    const known = supported(language);
    this.#whole = new Intl.NumberFormat(known, { maximumFractionDigits: 0 });
    this.#fine = new Intl.NumberFormat(known, { maximumSignificantDigits: 3 });
    this.#percent = new Intl.NumberFormat(known, { style: 'percent', maximumFractionDigits: 1 });
    this.#short = new Intl.NumberFormat(known, { notation: 'compact', maximumFractionDigits: 1 });
    this.#day = new Intl.DateTimeFormat(known, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  }

  number(value: number): string {
    return Math.abs(value) >= 100 || Number.isInteger(value)
      ? this.#whole.format(value)
      : this.#fine.format(value);
  }

  short(value: number): string {
    return Math.abs(value) < 10_000 ? this.number(value) : this.#short.format(value);
  }

  percent(value: number): string {
    return this.#percent.format(value);
  }

  ms(value: number): string {
    return value >= 10_000 ? `${this.number(value / 1_000)} s` : `${this.number(value)} ms`;
  }

  usd(value: number): string {
    return value > 0 && value < 0.01 ? `$${this.#fine.format(value)}` : `$${value.toFixed(2)}`;
  }

  day(unixS: number): string {
    return this.#day.format(unixS * 1_000);
  }

  /** A cell of a table: columns of days and of shares are written as such. */
  cell(value: Cell, name: string): string {
    if (value === null) return '–';
    if (typeof value === 'string') return value === '' ? '–' : value;
    if (name === 'day') return this.day(value);
    return SHARES.has(name) ? this.percent(value) : this.number(value);
  }
}

const SHARES = new Set([...['share', 'low', 'high', 'acceptance', 'after 30s', 'after 10m', 'still']]);

function supported(language: string): string {
  try {
    return Intl.getCanonicalLocales(language)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
