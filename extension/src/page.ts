import * as vscode from 'vscode';

/** Read-only Markdown beside the code: one page of a title for each id. */
export class Page implements vscode.Disposable, vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event; // looked for when the provider is registered, so it comes first
  readonly #registration: vscode.Disposable;

  constructor(
    private readonly scheme: string,
    private readonly title: string,
  ) {
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  isPage(uri: vscode.Uri): boolean {
    return uri.scheme === this.scheme;
  }

  /** What a page says; undefined where nothing was written yet. */
  read(id = ''): string | undefined {
    return this.#texts.get(id);
  }

  /** An open page says it at once. */
  write(text: string, id = ''): void {
    this.#texts.set(id, text);
    this.#changed.fire(this.#uri(id));
  }

  /** Somebody who opened another editor in the meantime has moved on: that is no error, and must not become a dialog. */
  async show(id = ''): Promise<void> {
    const where = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true, preview: true };
    await vscode.window.showTextDocument(this.#uri(id), where).then(undefined, () => undefined);
  }

  /** As the editor's own preview draws Markdown; as text where that is switched off. */
  async showDrawn(id = ''): Promise<void> {
    try {
      await vscode.commands.executeCommand('markdown.showPreviewToSide', this.#uri(id));
    } catch {
      await this.show(id);
    }
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.read(uri.query) ?? '';
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #uri(id: string): vscode.Uri {
    return vscode.Uri.from({ scheme: this.scheme, path: `${this.title}.md`, query: id });
  }
}
