import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import {
  cleanEnvironment,
  dataFolder,
  findServer,
  isMissing,
  type Surroundings,
} from '../src/pure/installation';

const HOME = '/home/ada';
const PYTHON = '/opt/symbiote/bin/python';
const RECORD = '/home/ada/.local/share/symbiote/server.json';

function around(files: Record<string, string>, changes: Partial<Surroundings> = {}): Surroundings {
  return {
    platform: 'linux',
    environment: {},
    home: HOME,
    path: path.posix,
    isFile: (file) => file in files,
    read: (file) => files[file],
    ...changes,
  };
}

function problem(setting: string, files: Record<string, string>): string {
  const found = findServer(setting, around(files));
  assert.ok(isMissing(found), JSON.stringify(found));
  return found.problem;
}

test('takes the setting first, and runs the module isolated', () => {
  const found = findServer(PYTHON, around({ [PYTHON]: '' }));
  assert.deepEqual(found, {
    command: PYTHON,
    args: ['-I', '-X', 'utf8', '-m', 'symbiote', 'lsp', '--stdio'],
  });
});

test("takes the installer's record when nothing is set", () => {
  const found = findServer('  ', around({ [PYTHON]: '', [RECORD]: JSON.stringify({ python: PYTHON }) }));
  assert.ok(!isMissing(found));
  assert.equal(found.command, PYTHON);
});

test('says what is missing', () => {
  assert.match(problem('', {}), /not installed/);
  assert.match(problem('', { [RECORD]: '{"pyth' }), /not installed/);
  assert.match(problem('', { [RECORD]: '{"python": 3}' }), /not installed/);
  assert.match(
    problem('', { [RECORD]: JSON.stringify({ python: PYTHON }) }),
    /server\.json names a file that does not exist/,
  );
  assert.match(problem(PYTHON, {}), /symbiote\.server\.python names a file that does not exist/);
  assert.match(problem('python3', { python3: '' }), /not an absolute path/);
});

test('a wrong setting does not fall back to another interpreter', () => {
  assert.match(
    problem('/nowhere', { [PYTHON]: '', [RECORD]: JSON.stringify({ python: PYTHON }) }),
    /does not exist/,
  );
});

test('knows the data folder of each system', () => {
  const at = (platform: NodeJS.Platform, environment: NodeJS.ProcessEnv = {}) =>
    dataFolder(around({}, { platform, environment }));
  assert.equal(at('linux'), '/home/ada/.local/share/symbiote');
  assert.equal(at('linux', { XDG_DATA_HOME: '/data' }), '/data/symbiote');
  assert.equal(at('linux', { XDG_DATA_HOME: 'not/absolute' }), '/home/ada/.local/share/symbiote');
  assert.equal(at('linux', { SYMBIOTE_HOME: '/try', XDG_DATA_HOME: '/data' }), '/try/data');
  assert.equal(at('darwin'), '/home/ada/Library/Application Support/symbiote');
  assert.equal(at('win32', { LOCALAPPDATA: 'C:/local' }), 'C:/local/symbiote');
});

test('the environment loses what would bend the interpreter', () => {
  const clean = cleanEnvironment({
    PATH: '/bin',
    PYTHONPATH: 'x',
    PYTHONHOME: 'x',
    LD_PRELOAD: 'x',
    DYLD_LIBRARY_PATH: 'x',
    XDG_DATA_HOME: '/data',
  });
  assert.deepEqual(clean, { PATH: '/bin', XDG_DATA_HOME: '/data' });
});
