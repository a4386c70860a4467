import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../src/pure/backoff';

test('waits a quarter of a second, doubles up to five seconds and never gives up', () => {
  const backoff = new Backoff();
  const delays = Array.from({ length: 8 }, (_, i) => backoff.ended(i * 10_000, 100).delayMs);
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]);
});

test('a stable minute makes the next end a first one', () => {
  const backoff = new Backoff();
  backoff.ended(0, 10);
  backoff.ended(1_000, 10);
  assert.equal(backoff.ended(62_000, 60_000).delayMs, 250);
});

test('tells once, at the fifth end within a minute', () => {
  const backoff = new Backoff();
  const told = Array.from({ length: 9 }, (_, i) => backoff.ended(i * 1000, 10).tell);
  assert.deepEqual(told.indexOf(true), 4);
  assert.equal(told.filter(Boolean).length, 1);
});

test('does not tell of ends that lie far apart', () => {
  const backoff = new Backoff();
  const told = Array.from({ length: 20 }, (_, i) => backoff.ended(i * 16_000, 10).tell);
  assert.ok(!told.includes(true));
});

test('tells again after a stable time', () => {
  const backoff = new Backoff();
  for (let i = 0; i < 5; i++) backoff.ended(i, 10);
  backoff.ended(100_000, 90_000);
  const told = Array.from({ length: 4 }, (_, i) => backoff.ended(100_001 + i, 10).tell);
  assert.deepEqual(told, [false, false, false, true]);
});
