import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagTitle, placeOf, verdict } from '../src/pure/flags';
import { ANSWER } from './views';

const FLAG = { line: 0, severity: 'warning' as const, text: 'The file stays open.' };
const REVIEW = { rewrite: 'r', turn: 1, flags: [FLAG], by: 'edit', problem: '', outside: null };

test('a flag is a row with its icon, cut where it is long, and makes no icons of its own', () => {
  assert.equal(flagTitle(FLAG), '$(warning) The file stays open.');
  assert.equal(flagTitle({ ...FLAG, severity: 'difference', text: 'x'.repeat(101) }).length, 8 + 100);
  assert.equal(flagTitle({ ...FLAG, severity: 'note', text: 'a $(flame)' }), '$(info) a $ (flame)');
});

test('who looked and what came of it', () => {
  assert.equal(verdict(REVIEW), '$(eye) Checked by edit: 1 remark');
  assert.equal(verdict({ ...REVIEW, flags: [FLAG, FLAG] }), '$(eye) Checked by edit: 2 remarks');
  assert.equal(
    verdict({ ...REVIEW, flags: [], outside: ANSWER }),
    '$(eye) Checked by $(cloud) Groq, gpt-oss-120b, $0.00021: nothing found',
  );
  assert.equal(
    verdict({ ...REVIEW, problem: 'Nobody else is there.' }),
    '$(eye-closed) Nobody else is there.',
  );
});

test('a flag goes with its line, and away with it', () => {
  const old = ['a', 'b', 'c', 'd'];
  assert.equal(placeOf(old, old, 2), 2);
  assert.equal(placeOf(old, ['x', 'y', 'a', 'b', 'c', 'd'], 2), 4);
  assert.equal(placeOf(old, ['a', 'c', 'd'], 2), 1);
  assert.equal(placeOf(old, ['a', 'c', 'd'], 1), undefined);
  assert.equal(placeOf(old, ['a', 'B', 'c', 'd'], 1), undefined);
  assert.equal(placeOf(old, ['a', 'b', 'c', 'd', 'e'], 3), 3);
});
