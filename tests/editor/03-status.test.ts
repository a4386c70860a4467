import { test } from 'node:test';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';

test('the status bar shows the last latency, p50 and p99', async () => {
  const { editor } = started();
  await editor.openFile('figures.py', POINT);
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  await editor.statusMatches(/^[\d.]+ ms · p50 [\d.]+ · p99 [\d.]+$/);
});
