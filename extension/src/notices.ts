import * as vscode from 'vscode';

/** What a button does. */
export type Actions = Record<string, () => unknown>;

/** Notifications, never modal, one per cause until that cause is settled. */
export class Notices {
  readonly #told = new Set<string>();

  async tell(cause: string, message: string, actions: Actions): Promise<void> {
    if (this.#told.has(cause)) return;
    this.#told.add(cause);
    const chosen = await vscode.window.showWarningMessage(message, ...Object.keys(actions));
    if (chosen !== undefined) await actions[chosen]?.();
  }

  /** The next time is news again. */
  settle(): void {
    this.#told.clear();
  }
}
