import assert from 'node:assert/strict';
import { test } from 'node:test';
import { change, moved, same, splice, type Change, type Shape } from '../src/pure/lines';

function shape(lines: readonly string[]): Shape {
  return { count: lines.length, lengthOf: (line) => lines[line]?.length ?? 0 };
}

/** What the editor does with a change. */
function applied(
  lines: readonly string[],
  { startLine, startCharacter, endLine, endCharacter, text }: Change,
): string[] {
  const before = [...lines.slice(0, startLine), (lines[startLine] ?? '').slice(0, startCharacter)].join('\n');
  const after = [(lines[endLine] ?? '').slice(endCharacter), ...lines.slice(endLine + 1)].join('\n');
  return (before + text + after).split('\n');
}

test('replaces any lines of any small document by any others', () => {
  for (const lines of [[''], ['a'], ['a', ''], ['a', 'bb', 'c'], ['a', 'bb', 'c', '']]) {
    for (let from = 0; from <= lines.length; from++) {
      for (let to = from; to <= lines.length; to++) {
        for (const put of [[], ['x'], [''], ['x', 'y']]) {
          const whole = to - from === lines.length;
          const expected = [...lines.slice(0, from), ...put, ...lines.slice(to)];
          const got = applied(lines, splice(shape(lines), from, to, put));
          assert.deepEqual(
            got,
            whole && put.length === 0 ? [''] : expected,
            JSON.stringify({ lines, from, to, put }),
          );
        }
      }
    }
  }
});

const REGION = { start: 3, end: 6 };

test('moves with what is edited above, and stays where it is below', () => {
  assert.deepEqual(moved(REGION, change(0, 0, 0, 0, 'x\ny\n')), { start: 5, end: 8, touched: false });
  assert.deepEqual(moved(REGION, change(1, 0, 2, 0, '')), { start: 2, end: 5, touched: false });
  assert.deepEqual(moved(REGION, change(3, 0, 3, 0, 'x\n')), { start: 4, end: 7, touched: false });
  assert.deepEqual(moved(REGION, change(2, 0, 3, 0, '')), { start: 2, end: 5, touched: false });
  assert.deepEqual(moved(REGION, change(6, 0, 6, 0, 'x\n')), { ...REGION, touched: false });
  assert.deepEqual(moved(REGION, change(9, 0, 9, 1, '')), { ...REGION, touched: false });
});

test('knows when it is touched, and grows and shrinks', () => {
  assert.deepEqual(moved(REGION, change(4, 0, 4, 0, 'x')), { start: 3, end: 6, touched: true });
  assert.deepEqual(moved(REGION, change(4, 1, 4, 1, 'x\ny')), { start: 3, end: 7, touched: true });
  assert.deepEqual(moved(REGION, change(4, 0, 5, 0, '')), { start: 3, end: 5, touched: true });
  assert.deepEqual(moved(REGION, change(3, 0, 3, 1, 'x')), { start: 3, end: 6, touched: true });
  assert.equal(moved(REGION, change(2, 1, 3, 2, '')).touched, true);
  // its last line is taken back
  assert.deepEqual(moved(REGION, change(5, 0, 6, 0, '')), { start: 3, end: 5, touched: true });
});

test('a replacement of everything keeps a sound region', () => {
  const { start, end } = moved(REGION, change(0, 0, 20, 0, 'one'));
  assert.ok(start >= 0 && end >= start);
});

test('the same change in other line ends is the same', () => {
  assert.ok(same(change(1, 0, 2, 0, 'a\nb'), change(1, 0, 2, 0, 'a\r\nb')));
  assert.ok(!same(change(1, 0, 2, 0, 'a'), change(1, 0, 2, 0, 'b')));
  assert.ok(!same(change(1, 0, 2, 0, 'a'), change(1, 0, 2, 1, 'a')));
});
