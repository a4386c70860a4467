import assert from 'node:assert/strict';
import { test } from 'node:test';
import { started } from './shared.ts';
import { NEXT_LINE, POINT } from './samples.ts';

test('ghost text appears, Tab takes it, the saved file holds it', async () => {
  const { editor } = started();
  await editor.openFile('point.py', POINT);
  await editor.type(NEXT_LINE);
  const ghost = await editor.settledGhost();
  await editor.expectSaved('point.py', POINT + NEXT_LINE); // it is not in the file yet
  await editor.press('Tab');
  await editor.expectSaved('point.py', POINT + NEXT_LINE + ghost);
  assert.equal(await editor.ghost(), '');
});
