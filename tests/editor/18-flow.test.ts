// A flow session from start to report, in a window of its own: its clock runs 10 times as fast as the wall's, so that two
// minutes are twelve seconds and twenty seconds of thinking are two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Editor } from './editor.ts';
import { picture } from './places.ts';
import { SHOP, SHOP_NEXT_LINE } from './samples.ts';
import { started } from './shared.ts';
import { pause, until } from './until.ts';

/** Twenty seconds after a bad answer and a few more, at the session's speed. */
const THINKING_MS = 2_500;

test('a flow session of two minutes, from its start to its report', { timeout: 120_000 }, async () => {
  const { workbench, browser } = started();
  const look = { viewport: { width: 1_280, height: 900 } };
  const editor = await Editor.open(workbench, browser, 'shop/flow.py', SHOP, look);
  await editor.ready();
  const timer = editor.page.locator('[id="symbiote.symbiote-code.flow"]');
  assert.equal(await timer.count(), 0, 'nothing without a session');

  await editor.runCommand('Symbiote: Start Flow Session');
  await answer(editor, 'Which feature do you build?', 'stock of a shop');
  await answer(editor, 'How many minutes?', '2');
  await choose(editor, 'With help?', 'With help');
  await timer.filter({ hasText: /2 min|\d+ s/ }).waitFor({ timeout: 5_000 });

  // What was sent away and thought about is noticed by itself.
  await editor.focusEnd();
  await editor.type(SHOP_NEXT_LINE);
  await editor.settledGhost();
  await editor.press('Escape');
  await editor.ghostGone();
  await pause(THINKING_MS);
  await editor.type('# ');
  await timer.filter({ hasText: / · 1$/ }).waitFor({ timeout: 5_000 });

  await editor.press('Control+Alt+I');
  await choose(editor, 'What broke your flow?', 'Somebody came');
  await timer.filter({ hasText: / · 2$/ }).waitFor({ timeout: 5_000 });

  await editor.runCommand('Symbiote: End Flow Session');
  await choose(editor, 'Is the feature complete?', 'Yes');
  await choose(editor, 'Are there tests for it?', 'No');
  const page = editor.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await page.getByRole('heading', { name: 'Figures' }).waitFor({ timeout: 20_000 });
  const said = await page.locator('body').innerText();
  for (const words of ['Flow: stock of a shop', 'Timeline', 'An answer was wrong', 'Somebody came']) {
    assert.ok(said.includes(words), `${words} in ${said}`);
  }
  assert.match(said, /Is the feature complete\? yes/);
  assert.match(said, /Has it tests\? no/);
  await until(async () => (await timer.count()) === 0, 'no timer after the end');
  await editor.page.mouse.move(0, 0);
  await pause(400);
  await editor.screenshot(picture('flow.png'));
});

async function answer(editor: Editor, question: string, words: string): Promise<void> {
  await asked(editor, question);
  await editor.page.locator('.quick-input-widget input.input').first().fill(words);
  await editor.press('Enter');
}

async function choose(editor: Editor, question: string, label: string): Promise<void> {
  await asked(editor, question);
  const rows = editor.page.locator('.quick-input-list .monaco-list-row');
  await editor.page.locator('.quick-input-widget input.input').first().fill(label);
  await until(async () => (await rows.first().innerText()).includes(label), `${label} comes first`);
  await editor.press('Enter');
}

/** Whether a quick input puts this question, as a prompt or as a placeholder. */
async function asked(editor: Editor, question: string): Promise<void> {
  const widget = editor.page.locator('.quick-input-widget');
  const input = widget.locator('input.input').first();
  await until(async () => {
    if (!(await widget.isVisible())) return false;
    const message = await widget.innerText();
    return message.includes(question) || (await input.getAttribute('placeholder')) === question;
  }, question);
}
