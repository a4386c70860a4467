import * as vscode from 'vscode';
import { change, same, splice, type Change, type Shape } from '../pure/lines';

/** A document that is edited meanwhile refuses an edit; then it is made for the document as it is by now. */
const TRIES = 5;

/** Puts lines into a document, and knows its own changes from those of others. */
export class Edits {
  #expected: Change | undefined;
  #first = true;

  constructor(readonly document: vscode.TextDocument) {}

  /** Whether a change of the document is the one that is being made here. */
  isOwn(change: vscode.TextDocumentContentChangeEvent): boolean {
    if (!this.#expected || !same(this.#expected, toChange(change))) return false;
    this.#expected = undefined;
    return true;
  }

  /**
   * Replaces lines. `where` is asked anew for each try, as lines may move in between. All edits made here are one step of
   * the editor's undo as long as nobody else edits. False when the document cannot be edited.
   */
  async replace(where: () => { from: number; to: number }, lines: readonly string[]): Promise<boolean> {
    for (let i = 0; i < TRIES && !this.document.isClosed; i++) {
      const { from, to } = where();
      const change = splice(shape(this.document), from, to, lines);
      this.#expected = change;
      const done = await this.#edit(change);
      this.#expected = undefined;
      if (done) {
        this.#first = false;
        return true;
      }
    }
    return false;
  }

  lines(from: number, to: number): string[] {
    const found: string[] = [];
    for (let line = from; line < Math.min(to, this.document.lineCount); line++) {
      found.push(this.document.lineAt(line).text);
    }
    return found;
  }

  async #edit(change: Change): Promise<boolean> {
    const range = toRange(change);
    const editor = vscode.window.visibleTextEditors.find((one) => one.document === this.document);
    if (editor) {
      const stops = { undoStopBefore: this.#first, undoStopAfter: false };
      try {
        return await editor.edit((builder) => {
          builder.replace(range, change.text);
        }, stops);
      } catch {
        return false; // it shows another file by now
      }
    }
    const edit = new vscode.WorkspaceEdit();
    edit.replace(this.document.uri, range, change.text);
    return vscode.workspace.applyEdit(edit);
  }
}

export function toChange({ range, text }: vscode.TextDocumentContentChangeEvent): Change {
  const { start, end } = range;
  return change(start.line, start.character, end.line, end.character, text);
}

function toRange(change: Change): vscode.Range {
  return new vscode.Range(change.startLine, change.startCharacter, change.endLine, change.endCharacter);
}

function shape(document: vscode.TextDocument): Shape {
  return { count: document.lineCount, lengthOf: (line) => document.lineAt(line).text.length };
}
