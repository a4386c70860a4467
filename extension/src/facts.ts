import * as vscode from 'vscode';
import { contextSources, SCHEMES } from './config';
import { readDefinitions } from './definitions';
import type { DefinitionFact, DiagnosticFact, FactsParams } from './protocol';

/** Without a key, a move or news for so long, the cursor rests. */
const REST_MS = 400;
const LINES_NEAR = 10;
const DIAGNOSTICS = 10;
const MESSAGE = 300;
const CLIPBOARD = 2_000;

/** What only the editor knows of the active document: told when the cursor rests, and only what has changed. */
export class Facts implements vscode.Disposable {
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #clipboard = '';
  /** What the definitions were found for. */
  #definedAt = '';
  #definitions: DefinitionFact[] = [];
  readonly #told = new Map<string, string>();
  readonly #subscriptions: vscode.Disposable[];

  /** `wanted` says whether there is anybody to tell. */
  constructor(
    private readonly tell: (params: FactsParams) => void,
    private readonly wanted: () => boolean,
  ) {
    const touch = () => {
      this.#touch();
    };
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(touch),
      vscode.window.onDidChangeTextEditorSelection(touch),
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const active = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === active)) touch();
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#told.delete(uri.toString())),
      vscode.workspace.onDidChangeConfiguration(() => void this.#readClipboard()),
      vscode.window.onDidChangeWindowState(() => void this.#readClipboard()),
    ];
    void this.#readClipboard();
  }

  /** There is a new server, which knows nothing. */
  tellAgain(): void {
    this.#told.clear();
    this.#touch();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#turn++;
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** All that happens at a key. */
  #touch(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#gather(), REST_MS);
  }

  async #gather(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !this.wanted() || !SCHEMES.includes(editor.document.uri.scheme)) return;
    const { document, selection } = editor;
    const uri = document.uri.toString();
    const turn = this.#turn;
    const definitions = await this.#defined(document, selection.active, () => turn !== this.#turn);
    if (turn !== this.#turn) return; // somebody types or moved: the next rest tells
    const diagnostics = problems(document.uri, selection.active.line);
    const facts = { uri, diagnostics, definitions, clipboard: this.#clipboard };
    const said = JSON.stringify(facts);
    const before =
      this.#told.get(uri) ?? JSON.stringify({ uri, diagnostics: [], definitions: [], clipboard: '' });
    if (said === before) return;
    this.#told.set(uri, said);
    this.tell(facts);
  }

  async #defined(
    document: vscode.TextDocument,
    at: vscode.Position,
    stale: () => boolean,
  ): Promise<DefinitionFact[]> {
    const place = `${document.uri.toString()} ${document.version} ${at.line} ${at.character}`;
    if (place === this.#definedAt) return this.#definitions;
    const found = await readDefinitions(document, at, stale);
    if (!stale()) [this.#definedAt, this.#definitions] = [place, found];
    return found;
  }

  /** Only where the user allowed it, and only while the window has the focus. */
  async #readClipboard(): Promise<void> {
    let text = '';
    if (contextSources().includes('clipboard')) {
      if (!vscode.window.state.focused) return;
      try {
        text = (await vscode.env.clipboard.readText()).slice(0, CLIPBOARD);
      } catch {
        return; // the browser may refuse
      }
    }
    if (text === this.#clipboard) return;
    this.#clipboard = text;
    this.#touch();
  }
}

/** Those of the lines near the cursor, the nearest first. */
function problems(uri: vscode.Uri, line: number): DiagnosticFact[] {
  const distance = ({ range }: vscode.Diagnostic) => Math.abs(range.start.line - line);
  return vscode.languages
    .getDiagnostics(uri)
    .filter((problem) => distance(problem) <= LINES_NEAR)
    .sort((one, other) => distance(one) - distance(other) || one.range.start.compareTo(other.range.start))
    .slice(0, DIAGNOSTICS)
    .map(({ range, message, severity, source }) => ({
      line: range.start.line,
      message: message.slice(0, MESSAGE),
      severity: severity + 1, // LSP counts from 1
      source: source ?? '',
    }));
}
