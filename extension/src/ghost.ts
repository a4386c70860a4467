import * as vscode from 'vscode';
import type { ConversationOptions } from './client';
import type { ExtendedParams, OutsideAnswer } from './protocol';
import { Last } from './pure/last';

/** The editor's command that asks again and shows the answer in place of what it shows; nothing if it shows nothing. */
const NEXT = 'editor.action.inlineSuggest.showNext';

/** Between the editor's question and the server: knows what was answered last, and asks again when there is more. */
export class Ghost {
  readonly #last = new Last();

  /** `answered` is told who gave a suggestion that is shown: undefined is the model on this machine. */
  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly answered: (by: OutsideAnswer | undefined) => void,
  ) {}

  /** Writes down how long an answer took, and turns an error into no suggestion. */
  readonly inlineCompletion: ConversationOptions['inlineCompletion'] = async (
    document,
    position,
    context,
    token,
    next,
  ) => {
    const asked = performance.now();
    if (context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic && severalCursors(document)) {
      return null;
    }
    const place = placeOf(document, position);
    // Nobody asked for more by hand: what the server is not sure of is not to be shown.
    if (this.#last.isAskedAgain(asked)) {
      context = { ...context, triggerKind: vscode.InlineCompletionTriggerKind.Automatic };
    }
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const say = (outcome: string) => {
      const what = `${document.languageId} v${document.version}${explicit ? ', asked for' : ''}`;
      this.log.debug(`suggestion (${what}): ${outcome} after ${(performance.now() - asked).toFixed(1)} ms`);
    };
    try {
      const result = await next(document, position, context, token);
      const items = Array.isArray(result) ? result : (result?.items ?? []);
      const cancelled = token.isCancellationRequested;
      if (!cancelled) this.#last.answered(place, idOf(items[0]));
      if (!cancelled && items[0]) this.answered(outsideOf(items[0]));
      say(cancelled ? 'cancelled' : items.length.toString());
      return result;
    } catch (error) {
      say(error instanceof vscode.CancellationError ? 'cancelled' : String(error));
      return null;
    }
  };

  /** The server has more of a suggestion. Shown only in place of that one, where it is still shown. */
  async extended(news: ExtendedParams): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor?.selection.isEmpty || editor.selections.length > 1) return;
    const place = placeOf(editor.document, editor.selection.active);
    if (this.#last.grew(place, news, performance.now())) await vscode.commands.executeCommand(NEXT);
  }

  async hide(): Promise<void> {
    this.#last.forget();
    await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
  }
}

/** Whether more than one cursor types: a suggestion for one of them would go in at all. */
export function severalCursors(document: vscode.TextDocument): boolean {
  const editor = vscode.window.activeTextEditor;
  return editor?.document === document && editor.selections.length > 1;
}

function placeOf(document: vscode.TextDocument, position: vscode.Position) {
  const { line, character } = position;
  return { uri: document.uri.toString(), version: document.version, position: { line, character } };
}

/** Of a suggestion: what its command reports as accepted. */
function idOf(item: vscode.InlineCompletionItem | undefined): string | undefined {
  const id: unknown = item?.command?.arguments?.[0];
  return typeof id === 'string' ? id : undefined;
}

/** Of a suggestion: who gave it, if that was a provider. */
function outsideOf(item: vscode.InlineCompletionItem): OutsideAnswer | undefined {
  return (item.command?.arguments?.[1] ?? undefined) as OutsideAnswer | undefined;
}

/** The editor's own commands under Symbiote's name, to be found in the palette. */
export const editorCommands: Record<string, string> = {
  'symbiote.trigger': 'editor.action.inlineSuggest.trigger',
  'symbiote.acceptNextWord': 'editor.action.inlineSuggest.acceptNextWord',
  'symbiote.acceptNextLine': 'editor.action.inlineSuggest.acceptNextLine',
};
