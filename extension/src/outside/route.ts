import * as vscode from 'vscode';
import type { ModeParams } from '../protocol';
import { known, type Feature } from '../pure/modes';

const MODE = 'mode.';
const LOCAL_ONLY = 'localOnly';

/** Who may answer in this window: a mode for each feature, the user's, and whether the workspace never leaves this machine. */
export class Route implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;

  constructor(
    private readonly ofUser: vscode.Memento,
    private readonly ofWorkspace: vscode.Memento,
  ) {}

  get params(): ModeParams {
    return {
      complete: known(this.ofUser.get(`${MODE}complete`)),
      rewrite: known(this.ofUser.get(`${MODE}rewrite`)),
      localOnly: this.ofWorkspace.get(LOCAL_ONLY) === true,
    };
  }

  async choose(feature: Feature, mode: string): Promise<void> {
    await this.ofUser.update(MODE + feature, mode);
    this.#changed.fire();
  }

  /** Turns on, or off, that nothing of this workspace leaves this machine. */
  async toggleLocalOnly(): Promise<void> {
    await this.ofWorkspace.update(LOCAL_ONLY, !this.params.localOnly);
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
