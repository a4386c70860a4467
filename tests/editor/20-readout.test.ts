// What the status bar tells of answers: figures that change with each, what was accepted today, words for a screen reader.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { picture } from './places.ts';
import { NEXT_LINE, POINT, SHOP, SHOP_NEXT_LINE } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

test('typing and accepting changes the readout', async () => {
  const { editor } = started();
  await editor.openFile('readout.py', POINT);
  const before = await accepted();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  await editor.press('Tab');
  await until(async () => (await accepted()) === before + 1, 'one more was accepted today');
  await editor.openFile('shop.py', SHOP);
  const last = await editor.statusMatches(/ms · p50 .* · p99 /);
  await editor.type(SHOP_NEXT_LINE);
  await editor.settledGhost();
  await until(async () => (await editor.status()) !== last, 'the figures of a new answer');
  assert.match(
    await editor.statusLabel(),
    /^Symbiote: .*last answer in [\d.]+ milliseconds, .*; accepted today/,
  );
});

test('the tooltip draws the last answers and says where their time went', async () => {
  const { editor } = started();
  await editor.openFile('answers.py', POINT);
  for (const line of ['    def moved(self, by):\n', 'return Point(', 'self.alpha + by, ', 'self.beta']) {
    await editor.type(line);
    await editor.settledGhost(1_500).catch(() => ''); // some get none
  }
  const text = await editor.statusTooltip();
  assert.match(text, /[▁▂▃▄▅▆▇█]{2,} [\d.]+ to [\d.]+ ms/);
  assert.match(text, /Last answer.*(reading|writing) [\d.]+/s);
  assert.match(text, /Accepted today\s*\d+ of \d+ \(\d+ %\)/);
  await editor.screenshot(picture('readout.png'));
  await editor.page.mouse.move(0, 0);
});

/** How many suggestions were accepted today, as the status bar's label says; 0 before it says anything of it. */
async function accepted(): Promise<number> {
  const found = /accepted today (\d+) of/.exec(await started().editor.statusLabel());
  return Number(found?.[1] ?? 0);
}
