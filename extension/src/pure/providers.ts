import { PRESETS } from './presets';
import { t } from './say';

/** The setting symbiote.providers as it stands. */
export type Setting = Readonly<Record<string, unknown>>;

/** One that may be asked, whether it is on or not. */
export interface Provider {
  name: string;
  title: string;
  isOn: boolean;
  /** A server of the user's own, described in the setting. */
  isOwn: boolean;
  needsKey: boolean;
  /** Where its key is got, or ''. */
  keyFrom: string;
}

/** Not a provider but what all of them may spend. */
const LIMITS = 'limits';

/** Those that are on first, in the order of the setting; then those that are known by name. */
export function providers(setting: Setting): Provider[] {
  const on = Object.entries(setting).filter(([name, entry]) => name !== LIMITS && isOn(entry));
  const first = on.map(([name, entry]) => provider(name, entry));
  const others = PRESETS.filter(({ name }) => !on.some(([one]) => one === name));
  return [...first, ...others.map(({ name }) => ({ ...provider(name, false), isOn: false }))];
}

function provider(name: string, entry: unknown): Provider {
  const preset = PRESETS.find((one) => one.name === name);
  const own = isObject(entry) ? entry : {};
  if (preset) return { ...preset, isOn: true, isOwn: false, needsKey: preset.keyFrom !== '' };
  const title = typeof own.title === 'string' && own.title ? own.title : name;
  return { name, title, isOn: true, isOwn: true, needsKey: own.key !== false, keyFrom: '' };
}

/** The setting with a preset turned on. */
export function turnedOn(setting: Setting, name: string): Setting {
  return isOn(setting[name]) ? setting : { ...setting, [name]: true };
}

/** The setting without a provider. */
export function turnedOff(setting: Setting, name: string): Setting {
  return Object.fromEntries(Object.entries(setting).filter(([one]) => one !== name));
}

/** What leaves the machine once a provider is on: one sentence. */
export function leaves(title: string): string {
  return t(
    'With {0} on, the text around the cursor, or the lines to rewrite, and the context that symbiote.context allows go to {0} when it is asked; excluded files stay here, and what looks like a secret is taken out.',
    title,
  );
}

/** Why a key cannot be one, or undefined. Never quotes it. */
export function keyProblem(text: string): string | undefined {
  const key = text.trim();
  if (!key) return t('A key is a long word of letters and digits.');
  return /^[\x21-\x7e]+$/.test(key) ? undefined : t('A key has no blanks and no letters beyond ASCII in it.');
}

function isOn(entry: unknown): boolean {
  return entry === true || isObject(entry);
}

function isObject(entry: unknown): entry is Record<string, unknown> {
  return typeof entry === 'object' && entry !== null && !Array.isArray(entry);
}
