import * as vscode from 'vscode';
import { providersSetting, setProviders } from '../config';
import type { ProviderStatus } from '../protocol';
import { actionRows, keyRows, providerRows, turnOnRows, type Action } from '../pure/choices';
import { keyProblem, leaves, providers, turnedOff, turnedOn, type Provider } from '../pure/providers';
import type { Keys } from './keys';
import { t } from '../pure/say';

const SAID_MS = 8_000;

/** What the user does about providers: turns one on or off, adds a key, takes it away, tries it. */
export class Providers {
  constructor(
    private readonly keys: Keys,
    private readonly standing: () => readonly ProviderStatus[],
  ) {}

  get commands(): Record<string, (...args: never[]) => unknown> {
    return {
      'symbiote.providers': () => this.#choose(),
      'symbiote.addKey': (name?: string) => this.#addKey(name),
      'symbiote.removeKey': (name?: string) => this.#removeKey(name),
      'symbiote.testKey': (name?: string) => this.#testKey(name),
      'symbiote.openProviders': openSetting,
    };
  }

  /** The page of all providers: what is on, and what turning one on means. */
  async #choose(): Promise<void> {
    const rows = providerRows(listed(), await this.keys.names(), this.standing());
    const chosen = await vscode.window.showQuickPick(rows, {
      title: t('Symbiote: Providers'),
      placeHolder: listed().some(({ isOn }) => isOn)
        ? t('Providers with a check mark may be asked')
        : t('None is on: nothing leaves this machine. Choose one to turn it on'),
      matchOnDescription: true,
    });
    if (!chosen) return;
    if (!chosen.provider) await openSetting();
    else if (chosen.provider.isOn) await this.#act(chosen.provider);
    else if (await this.#turnOn(chosen.provider)) await this.#ready(chosen.provider);
  }

  async #act(provider: Provider): Promise<void> {
    const hasKey = (await this.keys.names()).includes(provider.name);
    const rows = actionRows(provider, hasKey);
    const chosen = await vscode.window.showQuickPick(rows, { title: `Symbiote: ${provider.title}` });
    if (!chosen) return;
    const acts: Record<Action, () => unknown> = {
      off: () => setProviders(turnedOff(providersSetting(), provider.name)),
      add: () => this.#addKey(provider.name),
      remove: () => this.#removeKey(provider.name),
      test: () => this.#testKey(provider.name),
      settings: openSetting,
    };
    await acts[chosen.action]();
  }

  /** Whether it is on by now. The user is told first what leaves the machine then. */
  async #turnOn(provider: Provider): Promise<boolean> {
    if (provider.isOn) return true;
    const chosen = await vscode.window.showQuickPick(turnOnRows(provider), {
      title: t('Turn {0} on?', provider.title),
      placeHolder: leaves(provider.title),
      ignoreFocusOut: true,
    });
    if (!chosen?.on) return false;
    await setProviders(turnedOn(providersSetting(), provider.name));
    return true;
  }

  /** A provider that was just turned on: its key, or a word from it. */
  async #ready(provider: Provider): Promise<void> {
    const hasKey = (await this.keys.names()).includes(provider.name);
    await (provider.needsKey && !hasKey ? this.#addKey(provider.name) : this.#testKey(provider.name));
  }

  async #addKey(name?: string): Promise<void> {
    const choice = listed().filter(({ needsKey }) => needsKey);
    const provider = await this.#pick(choice, t('Add Key'), name);
    if (!provider) return;
    const key = await vscode.window.showInputBox({
      title: t('Symbiote: Key of {0}', provider.title),
      prompt: provider.keyFrom
        ? t("You get one at {0}. It is kept in the editor's secret storage.", provider.keyFrom)
        : t("It is kept in the editor's secret storage."),
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text ? keyProblem(text) : undefined),
    });
    if (!key?.trim()) return;
    const [problem] = await this.keys.add(provider.name, key.trim());
    if (problem) await this.#tell(provider, false, problem);
    else if (await this.#turnOn(provider)) await this.#test(provider);
    else say(t('The key of {0} is kept. It is not asked until it is turned on.', provider.title));
  }

  async #removeKey(name?: string): Promise<void> {
    const names = await this.keys.names();
    const all = listed();
    const known = names.map((one) => all.find((each) => each.name === one) ?? unknown(one));
    if (known.length === 0) {
      say(t('There is no key to remove.'));
      return;
    }
    const provider = await this.#pick(known, t('Remove Key'), name);
    if (!provider) return;
    await this.keys.remove(provider.name);
    say(t('The key of {0} is removed.', provider.title));
  }

  async #testKey(name?: string): Promise<void> {
    const on = listed().filter(({ isOn }) => isOn);
    if (on.length === 0) {
      say(t('No provider is on, so there is nobody to ask.'));
      return;
    }
    const provider = await this.#pick(on, t('Test Key'), name);
    if (provider) await this.#test(provider);
  }

  async #test(provider: Provider): Promise<void> {
    const where = {
      location: vscode.ProgressLocation.Window,
      title: t('Asking {0} for a word', provider.title),
    };
    const result = await vscode.window.withProgress(where, () => this.keys.test(provider.name));
    if (result) await this.#tell(provider, result.ok, result.sentence);
    else say(t('The server does not answer: Symbiote: Show Log says why.'));
  }

  /** Not awaited by whoever waits for the key to work: a notification may stay for long. */
  async #tell(provider: Provider, ok: boolean, sentence: string): Promise<void> {
    if (ok) {
      void vscode.window.showInformationMessage(sentence);
      return;
    }
    const steps = provider.needsKey ? [t('Add Key…'), t('Providers…')] : [t('Providers…')];
    const chosen = await vscode.window.showWarningMessage(sentence, ...steps);
    if (chosen === t('Add Key…')) await this.#addKey(provider.name);
    else if (chosen) await this.#choose();
  }

  async #pick(choice: readonly Provider[], what: string, name?: string): Promise<Provider | undefined> {
    if (name !== undefined) return choice.find((one) => one.name === name);
    const rows = keyRows(choice, await this.keys.names());
    const title = `Symbiote: ${what}`;
    return (await vscode.window.showQuickPick(rows, { title, placeHolder: t('Of which provider?') }))
      ?.provider;
  }
}

function listed(): Provider[] {
  return providers(providersSetting());
}

/** A key may outlive the server of the user's own that it was for. */
function unknown(name: string): Provider {
  return { name, title: name, isOn: false, isOwn: true, needsKey: true, keyFrom: '' };
}

function openSetting(): Thenable<unknown> {
  return vscode.commands.executeCommand('workbench.action.openSettings', 'symbiote.providers');
}

function say(text: string): void {
  vscode.window.setStatusBarMessage(text, SAID_MS);
}
