import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { ReportResult } from '../protocol';
import type { FromPage, ToPage } from '../pure/report/messages';
import { page } from '../pure/report/page';
import type { Server } from '../server';

const TYPE = 'symbiote.dashboard';
const TITLE = 'Symbiote';

/** The page of figures: one in a window. It keeps its own choices while it is hidden and over a reload. */
export class Dashboard implements vscode.Disposable, vscode.WebviewPanelSerializer {
  #panel: vscode.WebviewPanel | undefined;
  readonly #subscriptions: vscode.Disposable[];

  constructor(
    private readonly server: Server,
    private readonly folder: vscode.Uri,
  ) {
    this.#subscriptions = [
      vscode.window.registerWebviewPanelSerializer(TYPE, this),
      server.onDidChange((phase) => {
        if (phase === 'running') this.#tell({ kind: 'refresh' });
      }),
    ];
  }

  show(): void {
    if (this.#panel) this.#panel.reveal();
    else this.#take(vscode.window.createWebviewPanel(TYPE, TITLE, vscode.ViewColumn.Active));
  }

  /** A page that was open when the window was loaded anew. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.#panel) panel.dispose();
    else this.#take(panel);
    return Promise.resolve();
  }

  dispose(): void {
    this.#panel?.dispose();
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  #take(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const files = vscode.Uri.joinPath(this.folder, 'dist');
    const { webview } = panel;
    webview.options = { enableScripts: true, localResourceRoots: [files] };
    panel.onDidDispose(() => (this.#panel = undefined));
    webview.onDidReceiveMessage((said: FromPage) => this.#hear(said));
    webview.html = page({
      script: webview.asWebviewUri(vscode.Uri.joinPath(files, 'panel.js')).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(files, 'panel.css')).toString(),
      source: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
      language: vscode.env.language,
    });
  }

  async #hear(said: FromPage): Promise<void> {
    switch (said.kind) {
      case 'ready':
        this.#tell({ kind: 'start', language: vscode.env.language, texts: texts() });
        break;
      case 'load': {
        const result = await this.server.request<ReportResult>('symbiote/report', said.params);
        this.#tell({ kind: 'loaded', id: said.id, result: result ?? null });
        break;
      }
      case 'copy':
        await vscode.env.clipboard.writeText(said.text);
        this.#tell({ kind: 'copied' });
        break;
    }
  }

  #tell(said: ToPage): void {
    void this.#panel?.webview.postMessage(said);
  }
}

/** The words of the editor's language. Those with a comment have a key of their own, which the page does not use. */
function texts(): Record<string, string> {
  const found = Object.entries(vscode.l10n.bundle ?? {});
  return Object.fromEntries(found.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
