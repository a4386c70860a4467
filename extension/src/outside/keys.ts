import * as vscode from 'vscode';
import type { KeysResult, TestKeyResult } from '../protocol';
import type { Server } from '../server';

/** Of a secret's name: what follows is the provider's. */
const PREFIX = 'key.';

/** The keys of the providers: in the editor's secret storage and nowhere else; the server is told after each start and change. */
export class Keys implements vscode.Disposable {
  readonly #watching: vscode.Disposable;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly server: Pick<Server, 'request'>,
  ) {
    // Also when another window has changed one.
    this.#watching = secrets.onDidChange(({ key }) => {
      if (key.startsWith(PREFIX)) void this.tell();
    });
  }

  /** The providers that there is a key for. */
  async names(): Promise<string[]> {
    const names = await this.secrets.keys();
    return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length));
  }

  /** Tells the server all keys. Returns sentences about those that it cannot use. */
  async tell(): Promise<string[]> {
    const told = this.#turn.then(async () => {
      const keys = await this.#all();
      return this.server.request<KeysResult>('symbiote/keys', { keys });
    });
    this.#turn = told.catch(() => undefined); // one after the other: what is read last is told last
    return (await told)?.problems ?? [];
  }

  async add(name: string, key: string): Promise<string[]> {
    await this.secrets.store(PREFIX + name, key);
    return this.tell();
  }

  async remove(name: string): Promise<void> {
    await this.secrets.delete(PREFIX + name);
    await this.tell();
  }

  /** Asks the provider for a word with the key that counts now. */
  test(provider: string): Promise<TestKeyResult | undefined> {
    return this.server.request<TestKeyResult>('symbiote/testKey', { provider });
  }

  dispose(): void {
    this.#watching.dispose();
  }

  async #all(): Promise<Record<string, string>> {
    const found: Record<string, string> = {};
    for (const name of await this.names()) {
      const key = await this.secrets.get(PREFIX + name);
      if (key) found[name] = key;
    }
    return found;
  }
}
