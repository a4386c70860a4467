import * as vscode from 'vscode';
import { SCHEMES, usesSource } from './config';
import { readDefinitions, RETRY_MS } from './definitions';
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
  /** Counts the places the cursor was at. */
  #turn = 0;
  #clipboard = '';
  #definitions: { turn: number; found: Promise<DefinitionFact[] | undefined> } | undefined;
  readonly #told = new Map<string, string>();
  readonly #subscriptions: vscode.Disposable[];

  /** `wanted` says whether there is anybody to tell. */
  constructor(
    private readonly tell: (params: FactsParams) => void,
    private readonly wanted: () => boolean,
  ) {
    const moved = () => {
      this.#moved();
    };
    this.#subscriptions = [
      vscode.window.onDidChangeActiveTextEditor(moved),
      vscode.window.onDidChangeTextEditorSelection(moved), // after each key too
      vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        const active = vscode.window.activeTextEditor?.document.uri.toString();
        if (uris.some((uri) => uri.toString() === active)) this.#gatherIn(REST_MS);
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#told.delete(uri.toString())),
      vscode.workspace.onDidChangeConfiguration(() => {
        moved();
        void this.#readClipboard();
      }),
      vscode.window.onDidChangeWindowState(() => void this.#readClipboard()),
    ];
    void this.#readClipboard();
  }

  /** There is a new server, which knows nothing. */
  tellAgain(): void {
    this.#told.clear();
    this.#gatherIn(REST_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#turn++;
    vscode.Disposable.from(...this.#subscriptions).dispose();
  }

  /** All that happens at a key. */
  #moved(): void {
    this.#turn++;
    this.#gatherIn(REST_MS);
  }

  #gatherIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#gather(), ms);
  }

  async #gather(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor || !this.wanted() || !SCHEMES.includes(editor.document.uri.scheme)) return;
    const { document, selection } = editor;
    const turn = this.#turn;
    const definitions = await this.#defined(document, selection.active);
    if (turn !== this.#turn) return; // somebody types or moved: the next rest tells
    if (!definitions) this.#gatherIn(RETRY_MS);
    this.#tell({
      uri: document.uri.toString(),
      diagnostics: problems(document.uri, selection.active.line),
      definitions: definitions ?? [],
      clipboard: this.#clipboard,
    });
  }

  #tell(facts: FactsParams): void {
    const nothing: FactsParams = { uri: facts.uri, diagnostics: [], definitions: [], clipboard: '' };
    const said = JSON.stringify(facts);
    if (said === (this.#told.get(facts.uri) ?? JSON.stringify(nothing))) return;
    this.#told.set(facts.uri, said);
    this.tell(facts);
  }

  /** Looked for once for a place of the cursor, where they are used. Undefined where it takes too long. */
  async #defined(document: vscode.TextDocument, at: vscode.Position): Promise<DefinitionFact[] | undefined> {
    if (!usesSource('definitions')) return [];
    const turn = this.#turn;
    if (this.#definitions?.turn !== turn) {
      this.#definitions = { turn, found: readDefinitions(document, at, () => turn !== this.#turn) };
    }
    const found = await this.#definitions.found;
    if (!found && this.#definitions.turn === turn) this.#definitions = undefined;
    return found;
  }

  /** Only where the user allowed it, and only while the window has the focus. */
  async #readClipboard(): Promise<void> {
    let text = '';
    if (usesSource('clipboard')) {
      if (!vscode.window.state.focused) return;
      try {
        text = (await vscode.env.clipboard.readText()).slice(0, CLIPBOARD);
      } catch {
        return; // the browser may refuse
      }
    }
    if (text === this.#clipboard) return;
    this.#clipboard = text;
    this.#gatherIn(REST_MS);
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
