import assert from 'node:assert/strict';
import { test } from 'node:test';
import { remembered } from '../src/pure/history';
import { characters, differences, kept, undone } from '../src/pure/review';
import { pace, times } from '../src/pure/speed';
import { Versions } from '../src/pure/versions';

const BASE = ['def f(a):', '    b = a', '    return b', ''];
const NOW = ['def f(a: int):', '    b = a', '    print(b)', '    return b', ''];

test('finds what differs, from top to bottom', () => {
  assert.deepEqual(differences(BASE, NOW), [
    { baseStart: 0, old: ['def f(a):'], start: 0, length: 1 },
    { baseStart: 2, old: [], start: 2, length: 1 },
  ]);
  assert.deepEqual(differences(BASE, BASE), []);
});

test('keeping and undoing every difference, in any order, leaves none', () => {
  const texts = [BASE, NOW, [], ['x'], ['', '', 'a'], ['    return b', 'def f(a):'], [...NOW, ...BASE]];
  for (const base of texts) {
    for (const now of texts) {
      for (let how = 0; how < 8; how++) {
        let [one, other] = [[...base], [...now]];
        for (let i = 0, left; (left = differences(one, other)).length > 0; i++) {
          const difference = left[how % left.length];
          assert.ok(difference && i < 50);
          if ((how >> (i % 3)) & 1) one = kept(one, other, difference);
          else other = undone(other, difference);
        }
        assert.deepEqual(one, other);
        if (how === 0) assert.deepEqual(other, base);
        if (how === 7) assert.deepEqual(one, now);
      }
    }
  }
});

test('counts the characters that are new', () => {
  assert.equal(characters(NOW, differences(BASE, NOW)), 'def f(a: int):\n    print(b)\n'.length);
});

test('steps through versions and loses none', () => {
  const versions = new Versions(['a']);
  versions.keep(['b']);
  versions.keep(['b']);
  assert.deepEqual([versions.count, versions.place], [2, 2]);
  assert.deepEqual(versions.step(-1), ['a']);
  assert.equal(versions.step(-1), undefined);
  versions.keep(['by hand']);
  assert.deepEqual([versions.count, versions.place], [3, 3]);
  assert.equal(versions.step(1), undefined);
  assert.deepEqual(versions.step(-1), ['b']);
});

test('the newest words come first, once', () => {
  assert.deepEqual(remembered(['a', 'b'], 'b'), ['b', 'a']);
  assert.equal(remembered(Array.from({ length: 40 }, String), 'x').length, 30);
});

test('says how fast it was', () => {
  assert.equal(pace({ tokensPerSecond: 312.4, draftedShare: 0.713 }), '312 tokens/s, 71 % drafted');
  assert.equal(pace({ tokensPerSecond: 3.14, draftedShare: 0 }), '3.1 tokens/s');
  assert.equal(times(84.2, 640, 0), 'first text 84 ms, all 640 ms');
  assert.equal(times(null, 10, 0), 'all 10 ms');
  assert.equal(times(84.2, 640, 2_140), 'first text 84 ms, all 640 ms, loaded in 2.1 s before');
});
