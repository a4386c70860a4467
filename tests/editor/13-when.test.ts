import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';

test('on key nothing appears by itself; the key shows it, hides it, and typing along keeps it', async () => {
  const { workbench, editor } = started();
  await workbench.withMachineSettings({ 'symbiote.eagerness': 'onKey' }, async () => {
    await editor.openFile('key.py', POINT);
    await editor.type(NEXT_LINE);
    await editor.expectNoGhost();
    await editor.press('Alt+Backslash');
    const ghost = await editor.settledGhost();
    await editor.press('Alt+Backslash');
    await editor.ghostGone();
    await editor.expectNoGhost();
    await editor.press('Alt+Backslash');
    assert.equal(await editor.settledGhost(), ghost);
    await editor.type(ghost.slice(0, 2));
    assert.equal(await editor.settledGhost(), ghost.slice(2));
    await editor.press('Tab');
    await editor.expectSaved('key.py', POINT + NEXT_LINE + ghost);
  });
});

test('with several cursors nothing is asked for', async () => {
  const { editor } = started();
  await editor.openFile('cursors.py', `${POINT}\n${POINT}`);
  await editor.press('Enter');
  await editor.press('Shift+Alt+ArrowUp');
  await editor.type(NEXT_LINE);
  await editor.expectNoGhost();
  await editor.press('Escape');
});
