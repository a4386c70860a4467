import * as vscode from 'vscode';
import type { Difference } from '../pure/review';
import { t } from '../pure/say';

/** Old lines behind the new ones; the rest is in the hover. */
const SHOWN = 120;

/** Marks added and removed lines in the colours of the editor's own diffs. */
export class Marks implements vscode.Disposable {
  readonly #added = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('diffEditor.insertedLineBackground'),
    overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.insertedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });
  readonly #removed = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    overviewRulerColor: new vscode.ThemeColor('diffEditorOverview.removedForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Full,
  });

  /** Draws differences that stand from line `top` on, in every editor that shows the document. */
  draw(document: vscode.TextDocument, top: number, differences: readonly Difference[]): void {
    const added = differences.filter((one) => one.length > 0).map((one) => span(top + one.start, one.length));
    const removed = differences.flatMap((one) => oldLines(document, top, one));
    for (const editor of editors(document)) {
      editor.setDecorations(this.#added, added);
      editor.setDecorations(this.#removed, removed);
    }
  }

  /** Draws lines that were just written; what they replace is not settled yet. */
  drawFresh(document: vscode.TextDocument, lines: readonly number[]): void {
    for (const editor of editors(document)) {
      editor.setDecorations(
        this.#added,
        lines.map((line) => span(line, 1)),
      );
    }
  }

  clear(document: vscode.TextDocument): void {
    this.draw(document, 0, []);
  }

  dispose(): void {
    this.#added.dispose();
    this.#removed.dispose();
  }
}

function editors(document: vscode.TextDocument): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter((one) => one.document === document);
}

function span(line: number, length: number): vscode.Range {
  return new vscode.Range(line, 0, line + length - 1, 0);
}

/** What was removed: each old line behind the new one in its place, all of them in the hover. */
function oldLines(document: vscode.TextDocument, top: number, one: Difference): vscode.DecorationOptions[] {
  if (one.old.length === 0) return [];
  const hover = new vscode.MarkdownString();
  hover.appendMarkdown(t('Before:'));
  hover.appendCodeblock(one.old.join('\n'), document.languageId);
  const rows = Math.max(1, Math.min(one.length, one.old.length));
  const first = Math.min(
    top + one.start - (one.length === 0 && one.start > 0 ? 1 : 0),
    document.lineCount - 1,
  );
  return Array.from({ length: rows }, (_, row) => {
    const left = one.old.length - rows;
    const text = [one.old[row]?.trim() ?? '', row === rows - 1 && left > 0 ? t('({0} more)', left) : ''];
    return {
      range: new vscode.Range(first + row, 0, first + row, Number.MAX_SAFE_INTEGER),
      hoverMessage: hover,
      renderOptions: {
        after: { ...OLD, contentText: text.join(' ').trim().slice(0, SHOWN) || t('(blank line)') },
      },
    };
  });
}

const OLD: vscode.ThemableDecorationAttachmentRenderOptions = {
  margin: '0 0 0 3em',
  color: new vscode.ThemeColor('descriptionForeground'),
  backgroundColor: new vscode.ThemeColor('diffEditor.removedTextBackground'),
  textDecoration: 'line-through',
};
