import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eagernessRows, menuRows, menuTitle } from '../src/pure/menu';
import type { View } from '../src/pure/view';
import { view } from './views';

const commands = (changes: Partial<View>) =>
  menuRows(view(changes)).map(({ command }) => command.replace('symbiote.', ''));

const SERVER = [
  'chooseMode',
  'toggleLocalOnly',
  'providers',
  'why',
  'dashboard',
  'copyReproduction',
  'chooseEagerness',
  'forgetLearned',
  'restartEngine',
  'restartServer',
  'showLog',
];

const table: [string, Partial<View>, string[]][] = [
  ['ready', {}, ['pause', 'pauseLanguage', 'disableLanguage', ...SERVER]],
  ['paused', { quiet: 'paused' }, ['resume', 'pauseLanguage', 'disableLanguage', ...SERVER]],
  [
    'language paused',
    { quiet: 'language paused' },
    ['pause', 'resumeLanguage', 'disableLanguage', ...SERVER],
  ],
  ['language disabled', { quiet: 'language disabled' }, ['pause', 'allowLanguage', ...SERVER]],
  ['excluded', { quiet: 'excluded' }, ['pause', 'pauseLanguage', 'disableLanguage', ...SERVER]],
  ['disabled', { quiet: 'disabled' }, ['openSettings', ...SERVER]],
  ['no editor', { language: undefined }, ['pause', ...SERVER]],
  [
    'no server',
    { phase: 'missing', language: undefined },
    ['pause', 'why', 'restartServer', 'showLog', 'openSettings'],
  ],
];

for (const [name, changes, expected] of table) {
  test(name, () => {
    assert.deepEqual(commands(changes), expected);
  });
}

test('the title says how it stands', () => {
  assert.equal(menuTitle(view()), 'Symbiote: ready');
  assert.equal(
    menuTitle(view({ phase: 'restarting', problem: 'exit code 1' })),
    'Symbiote: restarting the server: exit code 1',
  );
});

test('the eagerness that holds is marked', () => {
  const rows = eagernessRows('quiet');
  assert.deepEqual(
    rows.map(({ label }) => label),
    ['$(check) quiet', 'normal', 'eager', 'onKey'],
  );
});
