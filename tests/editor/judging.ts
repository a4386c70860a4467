// Asking for a rewrite in the editor, and its rows of buttons.
import type { Editor } from './editor.ts';
import { until } from './until.ts';

export async function wish(editor: Editor, words: string, command = 'Symbiote: Rewrite…'): Promise<void> {
  await editor.runCommand(command);
  const input = editor.page.locator('.quick-input-widget input.input').first();
  const asked = async () => ((await input.getAttribute('placeholder')) ?? '').includes('What should change');
  await until(asked, 'the box for the wish');
  await input.fill(words);
  await editor.press('Enter');
}

/** The rows of buttons above lines. */
export async function rows(editor: Editor): Promise<string> {
  return (await editor.page.locator('.codelens-decoration').allInnerTexts()).join('\n');
}

export async function reviewed(editor: Editor): Promise<void> {
  await until(async () => (await rows(editor)).includes('Accept All'), 'the row to judge a rewrite', 30_000);
}

export async function nothingToJudge(editor: Editor): Promise<void> {
  await until(
    async () => !/Accept All|Rewriting|Reading/.test(await rows(editor)),
    'nothing is left to judge',
  );
}

export async function click(editor: Editor, button: string, timeout = 10_000): Promise<void> {
  await editor.page.locator('.codelens-decoration a', { hasText: button }).first().click({ timeout });
}
