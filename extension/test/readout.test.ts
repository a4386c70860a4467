import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readout } from '../src/pure/readout';
import type { View } from '../src/pure/view';
import { READY, view } from './views';

const table: [string, Partial<View>, string, boolean][] = [
  ['figures', {}, '$(sparkle) 34 ms · p50 31 · p99 80', false],
  [
    'nothing computed yet',
    { status: { ...READY, lastMs: null, p50Ms: null, p99Ms: null } },
    '$(sparkle) Symbiote',
    false,
  ],
  ['one answer', { status: { ...READY, p50Ms: null, p99Ms: null } }, '$(sparkle) 34 ms', false],
  [
    'very fast',
    { status: { ...READY, lastMs: 2.34, p50Ms: 0, p99Ms: 9.96 } },
    '$(sparkle) 2.3 ms · p50 0 · p99 10.0',
    false,
  ],
  ['no word from the server yet', { status: undefined }, '$(loading~spin) starting', false],
  ['loading', { status: { ...READY, state: 'loading' } }, '$(loading~spin) loading model', false],
  ['engine off', { status: { ...READY, state: 'off', reason: 'no model' } }, '$(warning) off', true],
  ['paused', { quiet: 'paused' }, '$(circle-slash) paused', false],
  ['paused for a language', { quiet: 'language paused' }, '$(circle-slash) paused for python', false],
  ['disabled', { quiet: 'disabled' }, '$(circle-slash) disabled', false],
  ['disabled for a language', { quiet: 'language disabled' }, '$(circle-slash) off in python', false],
  [
    'no model may read it',
    { quiet: 'excluded', excluded: '.env is a secrets file.' },
    '$(circle-slash) excluded',
    false,
  ],
  ['server starting', { phase: 'starting' }, '$(loading~spin) starting', false],
  [
    'server restarting, though paused',
    { phase: 'restarting', quiet: 'paused' },
    '$(loading~spin) restarting server',
    false,
  ],
  ['no server', { phase: 'missing' }, '$(warning) not installed', true],
  ['server stopped', { phase: 'stopped' }, '$(warning) server stopped', true],
];

for (const [name, changes, text, warn] of table) {
  test(name, () => {
    const shown = readout(view(changes));
    assert.deepEqual({ text: shown.text, warn: shown.warn }, { text, warn });
    assert.match(shown.spoken, /Symbiote/);
    assert.doesNotMatch(shown.spoken, /\$\(/);
  });
}
