import assert from 'node:assert/strict';
import { test } from 'node:test';
import { started } from './shared.ts';
import { until } from './until.ts';

test('"Why nothing?" opens a page with the reason, and leaves the cursor where it is', async () => {
  const { editor } = started();
  await editor.openFile('why.py', 'x = 1\n');
  await editor.type('y');
  await editor.runCommand('Symbiote: Why Nothing?');
  const page = editor.page.locator('.editor-group-container').filter({ hasText: 'Why nothing?' }).last();
  const text = await until(async () => {
    const words = (await page.locator('.view-lines').last().innerText()).replaceAll('\u00a0', ' ');
    return words.split('\n').filter((line) => line.trim() !== '').length > 1 && words;
  }, 'a title and a reason');
  assert.match(text, /\w+ \w+/);

  await editor.type('es');
  await editor.expectSaved('why.py', 'x = 1\nyes');
  await editor.runCommand('View: Close Editors in Other Groups');
});
