import * as vscode from 'vscode';
import type { WhyResult } from './protocol';

const SCHEME = 'symbiote-why';

/** "Why nothing?": a read-only page beside the code. */
export class WhyPage implements vscode.Disposable, vscode.TextDocumentContentProvider {
  #text = '';
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  readonly onDidChange = this.#changed.event;

  async show({ title, text }: WhyResult): Promise<void> {
    this.#text = `${title}\n\n${text}\n`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: 'Why nothing?' });
    this.#changed.fire(uri); // the page may be open with an older answer
    await vscode.window.showTextDocument(uri, {
      viewColumn: vscode.ViewColumn.Beside,
      preserveFocus: true,
      preview: true,
    });
  }

  provideTextDocumentContent(): string {
    return this.#text;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
