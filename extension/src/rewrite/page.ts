import * as vscode from 'vscode';

const SCHEME = 'symbiote-explanation';

/** Explanations, read-only beside the code; they grow while they come. */
export class Page implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  /** More of an explanation; the first piece opens it. */
  add(id: string, text: string): void {
    const first = !this.#texts.has(id);
    this.#texts.set(id, (this.#texts.get(id) ?? '') + text);
    this.#changed.fire(uriOf(id));
    if (first) void this.#show(id);
  }

  /** All of it. */
  async whole(id: string, text: string): Promise<void> {
    const known = this.#texts.has(id);
    this.#texts.set(id, text);
    this.#changed.fire(uriOf(id));
    if (!known) await this.#show(id);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.query) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #show(id: string): Promise<void> {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(uriOf(id), where);
  }
}

function uriOf(id: string): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: 'Explanation.md', query: id });
}
