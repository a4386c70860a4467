import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

test('the next word can be taken alone', async () => {
  const { editor } = started();
  await editor.openFile('word.py', POINT);
  await editor.type(NEXT_LINE);
  const whole = await editor.settledGhost();
  await editor.press('Control+ArrowRight');
  const rest = await until(async () => {
    const now = await editor.ghost();
    return now !== whole && now;
  }, 'a shorter ghost text');
  assert.ok(whole.endsWith(rest), `${whole} ends with ${rest}`);
  const word = whole.slice(0, -rest.length);
  await editor.expectSaved('word.py', POINT + NEXT_LINE + word);
});

test('Escape sends it away, and a command asks for it again', async () => {
  const { workbench, editor } = started();
  await editor.openFile('again.py', POINT);
  await editor.type(NEXT_LINE);
  const first = await editor.settledGhost();
  await editor.press('Escape');
  await editor.ghostGone();
  await editor.expectNoGhost();
  assert.equal((await workbench.events()).at(-1), 'dismissed');
  await editor.runCommand('Symbiote: Suggest Now');
  assert.equal(await editor.settledGhost(), first);
});

test('the next line is taken by its own key', async () => {
  const { editor } = started();
  await editor.openFile('line.py', POINT);
  await editor.type(NEXT_LINE);
  const [line] = (await editor.settledGhost()).split('\n');
  await editor.press('Alt+End');
  await editor.expectSaved('line.py', `${POINT}${NEXT_LINE}${line ?? ''}`);
});
