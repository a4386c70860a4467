import * as vscode from 'vscode';
import type { WhyResult } from './protocol';
import { copyOf } from './pure/reproduction';

const SCHEME = 'symbiote-why';
const SAID_MS = 6_000;

/** "Why nothing?": a read-only page beside the code. */
export class WhyPage implements vscode.Disposable, vscode.TextDocumentContentProvider {
  #text = '';
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event; // looked for when the provider is registered, so it comes first
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);

  async show({ title, text }: Pick<WhyResult, 'title' | 'text'>): Promise<void> {
    this.#text = `# ${title}\n\n${text}\n`;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: 'Why nothing?.md' });
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

/** Puts the last request on the clipboard, in the form that can be run again. */
export async function copyReproduction(answer: WhyResult | undefined): Promise<void> {
  const { line, said } = copyOf(answer);
  if (line !== undefined) await vscode.env.clipboard.writeText(line);
  vscode.window.setStatusBarMessage(said, SAID_MS);
}
