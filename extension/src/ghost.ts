import * as vscode from 'vscode';
import type { ConversationOptions } from './client';

/** Between the editor's question and the server: writes down how long it took, and turns an error into no suggestion. */
export function inlineCompletion(log: vscode.LogOutputChannel): ConversationOptions['inlineCompletion'] {
  return async (document, position, context, token, next) => {
    const asked = performance.now();
    const explicit = context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke;
    const say = (outcome: string) => {
      const what = `${document.languageId} v${document.version}${explicit ? ', asked for' : ''}`;
      log.debug(`suggestion (${what}): ${outcome} after ${(performance.now() - asked).toFixed(1)} ms`);
    };
    try {
      const result = await next(document, position, context, token);
      const items = Array.isArray(result) ? result : (result?.items ?? []);
      say(token.isCancellationRequested ? 'cancelled' : items.length.toString());
      return result;
    } catch (error) {
      say(error instanceof vscode.CancellationError ? 'cancelled' : String(error));
      return null;
    }
  };
}

export async function hideGhost(): Promise<void> {
  await vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
}

/** The editor's own commands under Symbiote's name, to be found in the palette. */
export const editorCommands: Record<string, string> = {
  'symbiote.trigger': 'editor.action.inlineSuggest.trigger',
  'symbiote.acceptNextWord': 'editor.action.inlineSuggest.acceptNextWord',
  'symbiote.acceptNextLine': 'editor.action.inlineSuggest.acceptNextLine',
};
