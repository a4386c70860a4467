import assert from 'node:assert/strict';
import { test } from 'node:test';
import { about, minutesIn, timer, type Told } from '../src/pure/flow';
import type { FlowStateParams } from '../src/protocol';

function told(changes: Partial<FlowStateParams> = {}): Told {
  const state: FlowStateParams = {
    session: 's',
    feature: 'search box',
    kind: 'assistance',
    leftS: 1_800,
    paused: false,
    interruptions: 0,
    problem: '',
    ended: '',
    ...changes,
  };
  return { state, at: 1_000 };
}

test('nothing without a session', () => {
  assert.equal(timer(told({ session: '' }), 1_000), undefined);
});

test('minutes, and seconds in the last one', () => {
  assert.equal(timer(told(), 1_000)?.text, '$(watch) 30 min');
  assert.equal(timer(told({ leftS: 61 }), 1_000)?.text, '$(watch) 2 min');
  assert.equal(timer(told({ leftS: 60 }), 1_000)?.text, '$(watch) 60 s');
  assert.equal(timer(told({ leftS: 5.2, interruptions: 2 }), 1_000)?.text, '$(watch) 6 s · 2');
  assert.equal(timer(told({ leftS: 5 }), 7_000)?.text, '$(watch) time is up');
});

test('it is drawn again when it says something else, and not before', () => {
  for (const leftS of [1_800, 90.5, 60.001, 60, 59.9, 1, 0.25]) {
    let now = 1_000;
    let last = timer(told({ leftS }), now);
    for (let i = 0; i < 200 && last?.next !== undefined; i++) {
      assert.ok(last.next > 0);
      const before = timer(told({ leftS }), now + last.next - 0.01);
      assert.equal(before?.text, last.text);
      now += last.next;
      const next = timer(told({ leftS }), now);
      assert.notEqual(next?.text, last.text);
      last = next;
    }
    assert.ok(last?.over, `${leftS}`);
  }
});

test('a paused session has no time that passes, and a clock that goes back takes none away', () => {
  const paused = timer(told({ paused: true, leftS: 90 }), 1_000_000);
  assert.equal(paused?.text, '$(debug-pause) 2 min');
  assert.equal(paused.next, undefined);
  assert.equal(timer(told({ leftS: 30 }), -5_000)?.text, '$(watch) 30 s');
});

test('a screen reader hears all of it', () => {
  const spoken = timer(told({ kind: 'baseline', interruptions: 1, leftS: 120 }), 1_000)?.spoken;
  assert.equal(spoken, 'Flow session search box, without help, 2 minutes left, 1 interruption');
});

test('the feature is words in the tooltip, and no markup', () => {
  assert.match(about(told({ feature: '[x](command:y)' }).state), /^\*\*\\\[x\\\]\\\(command:y\\\)\*\*/);
});

test('minutes are a number of them', () => {
  assert.equal(minutesIn(' 30 '), 30);
  assert.equal(minutesIn('0,5'), 0.5);
  for (const text of ['', 'x', '0', '-3', '1e9', 'NaN', 'Infinity']) assert.equal(minutesIn(text), undefined);
});
