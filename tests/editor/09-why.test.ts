import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { closePages, pageSays } from './page.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

interface Hole {
  prefix: string;
  answer: string;
}

test('"Why nothing?" opens a page with the reason, and leaves the cursor where it is', async () => {
  const { editor } = started();
  await editor.openFile('why.py', 'alphabet');
  for (let i = 0; i < 3; i++) await editor.press('ArrowLeft');
  await editor.type('x');
  await editor.expectNoGhost();
  await editor.runCommand('Symbiote: Why Nothing?');
  const text = await pageSays(editor, /Shown: nothing \(mid_word\)/);
  assert.match(text, /What was asked/);
  assert.match(text, /The model was not asked/);
  assert.equal(await editor.dialogs.count(), 0);

  await editor.type('y');
  await editor.expectSaved('why.py', 'alphaxybet');
  await editor.runCommand('Symbiote: Why Nothing?');
  await pageSays(editor, /column 8/); // the page that is open already tells of the newest request
  await closePages(editor);
});

test('a suggestion is explained, and can be copied and run again', async () => {
  const { workbench, editor } = started();
  await editor.openFile('copied.py', POINT);
  await editor.type(NEXT_LINE);
  const ghost = await editor.settledGhost();
  await editor.chooseInMenu('Why Nothing?');
  const text = await pageSays(editor, /Shown: \d+ characters/);
  assert.ok(text.includes(ghost.trim()), `${text} holds ${ghost}`);

  await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await editor.chooseInMenu('Copy Reproduction');
  const line = await until(async () => {
    const copied = await editor.page.evaluate<string>('navigator.clipboard.readText()');
    return copied.startsWith('{') && copied;
  }, 'a line on the clipboard');
  const hole = JSON.parse(line) as Hole;
  assert.ok(hole.prefix.startsWith(POINT));
  assert.ok((POINT + NEXT_LINE).startsWith(hole.prefix)); // where the engine was asked; the rest was typed since
  assert.equal(hole.answer, '');

  const file = workbench.at('holes.jsonl');
  fs.writeFileSync(file, line);
  const found = JSON.parse(await workbench.symbiote('evaluate', file, '--json')) as { n: number };
  assert.equal(found.n, 1);
  assert.equal(await editor.toasts.count(), 0);
  await closePages(editor);
});
