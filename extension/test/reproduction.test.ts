import assert from 'node:assert/strict';
import { test } from 'node:test';
import { copyOf } from '../src/pure/reproduction';

const HOLE = '{"id": "why-1", "prefix": "x = ", "suffix": "", "answer": "", "language": "python"}';
const ANSWER = { title: 'Why this?', text: '## What was asked', reproduction: HOLE };

test('the reproduction is copied as a line of its own', () => {
  const { line, said } = copyOf(ANSWER);
  assert.equal(line, `${HOLE}\n`);
  assert.match(said, /copied, with the code around the cursor/);
});

test('without one the clipboard is left alone, and it is said why', () => {
  const { line, said } = copyOf({ ...ANSWER, reproduction: null });
  assert.equal(line, undefined);
  assert.match(said, /the model was not asked/);
  assert.deepEqual(copyOf(undefined), { said: 'Symbiote: there is no server to ask' });
});
