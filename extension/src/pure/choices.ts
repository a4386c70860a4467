import type { ProviderStatus } from '../protocol';
import { standing } from './outside';
import type { Provider } from './providers';
import { t } from './say';

/** The rows of the pickers about providers. */

export interface ProviderRow {
  label: string;
  description?: string;
  detail?: string;
  /** None for the row that leads to the setting. */
  provider?: Provider;
}

/** All providers, those that are on with how they stand; last a server of the user's own. */
export function providerRows(
  all: readonly Provider[],
  keys: readonly string[],
  status: readonly ProviderStatus[],
): ProviderRow[] {
  const rows = all.map((provider) => {
    const said = status.find(({ name }) => name === provider.name);
    const mark = provider.isOn ? '$(check)' : '$(circle-large-outline)';
    return {
      label: `${mark} ${provider.title}`,
      description: [
        provider.isOn ? (said?.model ?? '') : '',
        keys.includes(provider.name) ? t('key kept') : '',
      ]
        .filter(Boolean)
        .join(', '),
      ...(provider.isOn && said ? { detail: standing(said) } : {}),
      provider,
    };
  });
  return [
    ...rows,
    {
      label: `$(server) ${t('A Server of Your Own, Other Models, Limits…')}`,
      detail: t('In the setting symbiote.providers'),
    },
  ];
}

export type Action = 'off' | 'add' | 'remove' | 'test' | 'settings';

/** What can be done about a provider that is on. */
export function actionRows(provider: Provider, hasKey: boolean): { label: string; action: Action }[] {
  const rows: { label: string; action: Action }[] = [
    { label: `$(beaker) ${t('Try It: Ask for a Word')}`, action: 'test' },
  ];
  if (provider.needsKey) rows.push({ label: `$(key) ${t('Add Key…')}`, action: 'add' });
  if (hasKey) rows.push({ label: `$(trash) ${t('Remove Key')}`, action: 'remove' });
  // What a server of the user's own is made of would be lost.
  if (!provider.isOwn) rows.push({ label: `$(circle-slash) ${t('Turn Off')}`, action: 'off' });
  rows.push({ label: `$(gear) ${t('Models and Limits…')}`, action: 'settings' });
  return rows;
}

/** Whether to turn a provider on. */
export function turnOnRows({ title }: Provider): { label: string; detail: string; on: boolean }[] {
  return [
    {
      label: `$(cloud) ${t('Turn {0} On', title)}`,
      detail: t('Adds it to symbiote.providers in your settings'),
      on: true,
    },
    { label: `$(lock) ${t('Leave It Off')}`, detail: t('Nothing goes there'), on: false },
  ];
}

/** Providers to choose one for its key. */
export function keyRows(
  choice: readonly Provider[],
  keys: readonly string[],
): { label: string; description: string; provider: Provider }[] {
  return choice.map((provider) => ({
    label: provider.title,
    description: [provider.isOn ? t('on') : '', keys.includes(provider.name) ? t('key kept') : '']
      .filter(Boolean)
      .join(', '),
    provider,
  }));
}
