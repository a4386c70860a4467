import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SlowStatus } from '../src/protocol';
import { outOf, recent, slowWords, sparkline, split } from '../src/pure/latency';
import { readout } from '../src/pure/readout';
import { tooltip } from '../src/pure/tooltip';
import { READY, view } from './views';

const SLOW: SlowStatus = { late: 3, of: 20, missed: 0, stage: 'prefill' };

test('a block for each answer, the highest for the longest', () => {
  const table: [number[], string][] = [
    [[], ''],
    [[0], '▁'],
    [[5], '█'],
    [[0, 0], '▁▁'],
    [[10, 80], '▂█'],
    [[1, 20, 30, 40, 50, 60, 70, 80], '▁▃▄▅▆▇██'],
  ];
  for (const [values, drawn] of table) assert.equal(sparkline(values), drawn);
});

test('what is drawn has its ends in figures', () => {
  assert.equal(recent([8, 79.6]), '▁█ 8.0 to 80 ms');
  assert.equal(recent([8]), '');
});

test('stages are told in their order, without those that took no time', () => {
  assert.equal(split(READY.stages, 'lastMs'), 'reading 20, writing 14 ms');
  assert.equal(split(READY.stages, 'p50Ms'), 'reading 18, writing 9.3 ms');
  assert.equal(
    split([{ stage: 'of a newer server', lastMs: 3, p50Ms: 0 }], 'lastMs'),
    'of a newer server 3.0 ms',
  );
  assert.equal(split([], 'lastMs'), '');
});

test('a share is told with its counts', () => {
  assert.equal(outOf(4, 9), '4 of 9 (44 %)');
  assert.equal(outOf(0, 0), '');
});

test('the tooltip tells latency, its parts, the day, and reuse apart from latency', () => {
  const text = tooltip(view()).replaceAll('\\', '');
  for (const row of [
    '| Request to answer | 34 ms · p50 31 · p99 80 |',
    '| Last 4 computed | ▅▄█▄ 31 to 80 ms |',
    '| Last answer | reading 20, writing 14 ms |',
    '| Median answer | reading 18, writing 9.3 ms |',
    '| Reused, at no cost | 3 of 12 (25 %) |',
    '| Accepted today | 10 of 40 (25 %) |',
  ]) {
    assert.ok(text.includes(row), `${row} in ${text}`);
  }
});

test('a promise that slips is a warning with its reason, and no longer one when it holds', () => {
  const slow = view({ status: { ...READY, slow: SLOW } });
  const { text, spoken, warn } = readout(slow);
  assert.equal(text, '$(warning) 34 ms · p50 31 · p99 80');
  assert.equal(warn, true);
  assert.match(spoken, /slow.*3 of the last 20 answers took over 500 ms.*reading the prompt/);
  assert.match(tooltip(slow), /slow.*3 of the last 20/);
  assert.equal(readout(view()).warn, false);
});

test('every stage that may be slow has a sentence', () => {
  const stages = [
    'wait',
    'context',
    'prompt',
    'queue',
    'prefill',
    'decode',
    'finish',
    'provider',
    'unfinished',
  ];
  for (const stage of stages) {
    assert.match(slowWords({ ...SLOW, stage }), /over 500 ms\. Most of the time went by .*\.$/);
  }
  assert.equal(
    slowWords({ ...SLOW, stage: 'of a newer server' }),
    '3 of the last 20 answers took over 500 ms.',
  );
  assert.match(slowWords({ ...SLOW, missed: 2 }), /2 came too late to be shown/);
});

test('a screen reader hears words, not signs', () => {
  assert.equal(
    readout(view()).spoken,
    'Symbiote: last answer in 34 milliseconds, half of all answers within 31, 99 of 100 within 80; accepted today 10 of 40 (25 %)',
  );
});
