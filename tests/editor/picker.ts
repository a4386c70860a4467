// The editor's pickers and notifications, as a user reads and answers them.
import assert from 'node:assert/strict';
import type { Editor } from './editor.ts';
import { pause, until } from './until.ts';

/** The rows of the picker that is open. */
function choices(editor: Editor) {
  return editor.page.locator('.quick-input-list .monaco-list-row');
}

export async function choose(editor: Editor, label: string): Promise<void> {
  const row = choices(editor).filter({ hasText: label }).first();
  await row.waitFor();
  await pause(200); // rows still move when they appear
  await row.click();
}

export async function placeholder(editor: Editor, words: RegExp): Promise<void> {
  const input = editor.page.locator('.quick-input-widget input.input').first();
  await until(
    async () => words.test((await input.getAttribute('placeholder')) ?? ''),
    `a picker that says ${words.source}`,
  );
}

/** Types a key where it is asked for, as stars. */
export async function enterKey(editor: Editor, title: string, key: string): Promise<void> {
  const input = editor.page.locator('.quick-input-widget input.input[type="password"]');
  await input.waitFor();
  await editor.page.locator('.quick-input-title', { hasText: title }).waitFor();
  await input.fill(key);
  await editor.press('Enter');
}

export async function toast(editor: Editor, words: RegExp): Promise<void> {
  await editor.toasts.filter({ hasText: words }).first().waitFor({ timeout: 15_000 });
}

export async function clearToasts(editor: Editor): Promise<void> {
  await editor.runCommand('Notifications: Clear All Notifications');
  await until(async () => (await editor.toasts.count()) === 0, 'no notification is left');
}

/** The row of a name behind a heading. */
export async function chooseBehind(editor: Editor, heading: string, name: string): Promise<void> {
  await choices(editor)
    .filter({ hasText: new RegExp(heading) })
    .first()
    .waitFor(); // a text ignores case
  const texts = await choices(editor).allInnerTexts();
  const from = texts.findIndex((text) => text.includes(heading));
  const at = texts.findIndex((text, i) => i >= from && text.includes(name));
  assert.ok(from >= 0 && at >= 0, texts.join(' / '));
  await pause(200);
  await choices(editor).nth(at).click();
}
