import { test } from 'node:test';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';

test('the status bar says that no model reads a file of secrets', async () => {
  const { editor } = started();
  await editor.openFile('secret.env', POINT);
  await editor.statusMatches(/^excluded$/);
  await editor.type(NEXT_LINE);
  await editor.expectNoGhost();

  await editor.openFile('public.py', POINT);
  await editor.ready();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
});
