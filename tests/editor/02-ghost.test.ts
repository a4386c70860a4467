import { test } from 'node:test';
import { started } from './shared.ts';
import { until } from './until.ts';
import { NEXT_LINE, POINT } from './samples.ts';

test('ghost text appears, Tab takes it, the saved file holds it', async () => {
  const { workbench, editor } = started();
  await editor.openFile('point.py', POINT);
  await editor.type(NEXT_LINE);
  const ghost = await editor.settledGhost();
  await editor.expectSaved('point.py', POINT + NEXT_LINE); // it is not in the file yet
  await editor.press('Tab');
  await editor.expectSaved('point.py', POINT + NEXT_LINE + ghost);
  await until(async () => (await workbench.events()).includes('accepted'), 'the daemon hears of it');
});
