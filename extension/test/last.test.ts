import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Last } from '../src/pure/last';

const HERE = { uri: 'file:///a.py', version: 3, position: { line: 2, character: 7 } };
const NEWS = { ...HERE, suggestion: 'one' };

function shown(): Last {
  const last = new Last();
  last.answered(HERE, 'one');
  return last;
}

test('asks again for the suggestion that is shown, once and soon', () => {
  const last = shown();
  assert.equal(last.isAskedAgain(0), false);
  assert.equal(last.grew(HERE, NEWS, 0), true);
  assert.equal(last.isAskedAgain(10), true);
  assert.equal(last.isAskedAgain(10), false);
  assert.equal(last.grew(HERE, NEWS, 0), true);
  assert.equal(last.isAskedAgain(600), false);
});

test('does not ask again once anything is different', () => {
  const elsewhere = { ...HERE, position: { line: 2, character: 8 } };
  const typed = { ...HERE, version: 4 };
  const other = { ...HERE, uri: 'file:///b.py' };
  for (const place of [elsewhere, typed, other]) {
    assert.equal(shown().grew(place, NEWS, 0), false);
    const last = shown();
    last.answered(place, 'one');
    assert.equal(last.grew(HERE, NEWS, 0), false);
  }
  for (const id of ['two', undefined]) {
    const last = shown();
    last.answered(HERE, id);
    assert.equal(last.grew(HERE, NEWS, 0), false);
  }
  const dismissed = shown();
  dismissed.forget();
  assert.equal(dismissed.grew(HERE, NEWS, 0), false);
  assert.equal(new Last().grew(HERE, NEWS, 0), false);
});

test('what comes too late takes back what was to be asked', () => {
  const last = shown();
  assert.equal(last.grew(HERE, NEWS, 0), true);
  assert.equal(last.grew(HERE, { ...NEWS, suggestion: 'two' }, 1), false);
  assert.equal(last.isAskedAgain(2), false);
});
