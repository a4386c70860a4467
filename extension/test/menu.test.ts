import assert from 'node:assert/strict';
import { test } from 'node:test';
import { menuRows, menuTitle } from '../src/pure/menu';
import type { View } from '../src/pure/view';
import { view } from './views';

const commands = (changes: Partial<View>) =>
  menuRows(view(changes)).map(({ command }) => command.replace('symbiote.', ''));

const table: [string, Partial<View>, string[]][] = [
  [
    'ready',
    {},
    ['pause', 'pauseLanguage', 'disableLanguage', 'why', 'restartEngine', 'restartServer', 'showLog'],
  ],
  [
    'paused',
    { quiet: 'paused' },
    ['resume', 'pauseLanguage', 'disableLanguage', 'why', 'restartEngine', 'restartServer', 'showLog'],
  ],
  [
    'language paused',
    { quiet: 'language paused' },
    ['pause', 'resumeLanguage', 'disableLanguage', 'why', 'restartEngine', 'restartServer', 'showLog'],
  ],
  [
    'language disabled',
    { quiet: 'language disabled' },
    ['pause', 'allowLanguage', 'why', 'restartEngine', 'restartServer', 'showLog'],
  ],
  [
    'excluded',
    { quiet: 'excluded' },
    ['pause', 'pauseLanguage', 'disableLanguage', 'why', 'restartEngine', 'restartServer', 'showLog'],
  ],
  ['disabled', { quiet: 'disabled' }, ['openSettings', 'why', 'restartEngine', 'restartServer', 'showLog']],
  ['no editor', { language: undefined }, ['pause', 'why', 'restartEngine', 'restartServer', 'showLog']],
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
