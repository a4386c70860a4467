import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tooltip } from '../src/pure/tooltip';
import { READY, view } from './views';

test('shows what runs and how it does', () => {
  const text = tooltip(view());
  for (const part of [
    'ready',
    'llama.cpp',
    'embedded',
    'CPU, 2 threads',
    '61 MB',
    '34 ms · p50 31 · p99 80',
    'mid word',
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
});

test('gives the reason of an engine that is off', () => {
  assert.match(
    tooltip(view({ status: { ...READY, state: 'off', reason: 'three deaths in a minute' } })),
    /off.*three deaths/,
  );
});

test('gives the rule that excludes a document', () => {
  const excluded = 'Line 3 of .symbioteignore excludes it.';
  assert.match(tooltip(view({ quiet: 'excluded', excluded })), /excluded.*Line 3 of .symbioteignore/);
});

test('gives the reason of a restart and no figures of the dead server', () => {
  const text = tooltip(view({ phase: 'restarting', problem: 'signal SIGKILL' }));
  assert.match(text, /restarting the server.*signal SIGKILL/);
  assert.ok(!text.includes('p50'));
});

test('text from outside cannot become a link, a cell or an icon', () => {
  const hostile = '[x](command:evil) | $(flame) <b>';
  const text = tooltip(view({ status: { ...READY, model: hostile } }));
  assert.ok(text.includes('\\[x\\]\\(command\\:evil\\) \\| \\$\\(flame\\) \\<b\\>'), text);
});

test('leaves out what is not known', () => {
  const text = tooltip(
    view({ status: { ...READY, device: '', threads: 0, memoryMb: 0, lastMs: null, lastSilence: null } }),
  );
  assert.doesNotMatch(text, /Device|Memory|Keystroke|Last silence/);
});
