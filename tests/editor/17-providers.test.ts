// Providers elsewhere, here a process on this machine: keys, the badge, what stays here, what is told when it fails.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { after, before, test } from 'node:test';
import type { Editor } from './editor.ts';
import { click, nothingToJudge, reviewed, rows, wish } from './judging.ts';
import { choose, chooseBehind, clearToasts, enterKey, placeholder, toast } from './picker.ts';
import { picture } from './places.ts';
import { Provider } from './provider.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { pause, until } from './until.ts';

const READ = `def read(path):
    with open(path) as file:
        text = file.read()
    return text.strip()
`;
const WISH = 'wrap it in try/except';
/** Nobody is asked in the time that all of this takes. */
const SURELY_NOTHING_MS = 2_000;
const LEAVES = /text around the cursor.*excluded files stay here/;

const KEY = `sk-${randomBytes(24).toString('hex')}`;
const WRONG = `sk-${randomBytes(24).toString('hex')}`;
const MARK = '__SYMBIOTE_CANARY__';
let provider: Provider;

before(async () => {
  provider = await Provider.start(KEY);
});

after(() => {
  provider.stop();
});

async function addKey(editor: Editor, key: string): Promise<void> {
  await editor.runCommand('Symbiote: Add Key…');
  await choose(editor, 'House');
  await enterKey(editor, 'Key of House', key);
}

/** The provider on, no model here for rewrites; the rest as `changes` say. */
async function withProvider(work: () => Promise<void>, changes: object = {}): Promise<void> {
  const { workbench } = started();
  const house = { house: provider.setting('keyed') };
  const providers = { ...house, limits: { usdPerDay: 1 } };
  const settings = { 'symbiote.providers': providers, 'symbiote.rewriteModel': '', ...changes };
  await workbench.withMachineSettings(settings, async () => {
    await pause(1_000); // until the daemon has heard of it
    await work();
  });
}

async function selected(name: string, text: string): Promise<Editor> {
  const { editor } = started();
  await editor.openFile(name, text);
  await editor.press('Control+A');
  return editor;
}

test('with none on the menu leads to a page that says what turning one on means', async () => {
  const { workbench, editor } = started();
  await editor.openFile('none.py', POINT);
  await editor.chooseInMenu('Providers…');
  await placeholder(editor, /None is on: nothing leaves this machine/);
  await choose(editor, 'Ollama');
  await placeholder(editor, LEAVES);
  await choose(editor, 'Leave It Off');
  assert.equal(workbench.machineSettings()['symbiote.providers'], undefined);

  await editor.runCommand('Symbiote: Providers…');
  await choose(editor, 'Ollama');
  await choose(editor, 'Turn Ollama On');
  const on = () => JSON.stringify(workbench.machineSetting('symbiote.providers'));
  await until(() => on() === '{"ollama":true}', 'the setting');
  await toast(editor, /Ollama/); // nothing listens there, and it says so
  await clearToasts(editor);
  await editor.chooseInMenu('Providers…');
  await choose(editor, 'Ollama');
  await choose(editor, 'Turn Off');
  await until(() => on() === '{}', 'the setting without it');
});

test('a key is added, tried and kept; a wrong one is told with the next step', async () => {
  const { editor } = started();
  await editor.openFile('key_added.py', POINT);
  await withProvider(async () => {
    await addKey(editor, WRONG);
    await toast(editor, /key/i);
    await until(() => provider.asked.some(({ key }) => !key), 'it was tried');
    const next = editor.toasts.locator('a', { hasText: 'Add Key…' });
    await next.first().click();
    await enterKey(editor, 'Key of House', KEY);
    await until(() => provider.asked.some(({ key }) => key), 'the right one was tried');
    await toast(editor, /House/);
    await clearToasts(editor);
  });
});

test('a key for a provider that is off turns nothing on unasked', async () => {
  const { workbench, editor } = started();
  await editor.runCommand('Symbiote: Add Key…');
  await choose(editor, 'OpenRouter');
  await editor.page.locator('.quick-input-message', { hasText: 'openrouter.ai/keys' }).waitFor();
  await enterKey(editor, 'Key of OpenRouter', WRONG);
  await placeholder(editor, LEAVES);
  await choose(editor, 'Leave It Off');
  const bar = editor.page.locator('.statusbar', { hasText: 'not asked until it is turned on' });
  await bar.waitFor();
  assert.ok(!JSON.stringify(workbench.machineSettings()).includes('openrouter'));
  await editor.runCommand('Symbiote: Remove Key…');
  await choose(editor, 'OpenRouter');
  await editor.page.locator('.statusbar', { hasText: 'The key of OpenRouter is removed' }).waitFor();
});

test('a rewrite streams from the provider, with its badge, its price and its tokens', async () => {
  await withProvider(async () => {
    const editor = await selected('outside.py', READ);
    const before = provider.asked.length;
    await wish(editor, WISH);
    await reviewed(editor);
    assert.equal(provider.asked.length, before + 1);
    await until(async () => (await rows(editor)).includes('House, house-large'), 'the badge in the row');
    const status = await editor.statusMatches(/^[\d.]+ ms · House$/);
    assert.ok(status);
    const item = editor.page.locator('[id="symbiote.symbiote-code.status"]');
    await item.locator('.codicon-cloud').waitFor();
    await pause(1_500); // what it cost is told with the next status, and an open hover stays as it is
    await item.hover();
    const hover = editor.page.locator('.workbench-hover', { hasText: 'Answered by' });
    await hover.waitFor();
    const told = await hover.innerText();
    for (const part of ['House', 'house-large', '20 read', '8 cached', '$0.00', 'Spent', 'of $1.00']) {
      assert.ok(told.includes(part), `${part} in ${told}`);
    }
    await editor.screenshot(picture('providers.png'));
    await editor.page.mouse.move(0, 0);
    await click(editor, 'Undo All');
    await nothingToJudge(editor);
    await editor.expectSaved('outside.py', READ);
  });
});

test('what was asked before of the same lines is labelled as remembered, and a key asks again', async () => {
  await withProvider(async () => {
    const editor = await selected('remembered.py', READ);
    const words = 'return nothing where there is no file';
    await wish(editor, words);
    await reviewed(editor);
    assert.doesNotMatch(await rows(editor), /Remembered/);
    await click(editor, 'Undo All');
    await nothingToJudge(editor);
    const before = provider.asked.length;
    await editor.focusEnd();
    await editor.press('Control+A');
    await wish(editor, words);
    await reviewed(editor);
    await until(async () => (await rows(editor)).includes('Remembered'), 'the label');
    assert.match(await rows(editor), /Ask Again/);
    assert.equal(provider.asked.length, before);
    await editor.press('Control+Alt+a');
    await until(() => provider.asked.length === before + 1, 'it is asked');
    await until(async () => !(await rows(editor)).includes('Remembered'), 'no label');
    await reviewed(editor);
    await click(editor, 'Undo All');
    await nothingToJudge(editor);
    await editor.expectSaved('remembered.py', READ);
  });
});

test('a workspace that never leaves this machine asks nobody elsewhere', async () => {
  await withProvider(async () => {
    const { editor } = started();
    await editor.openFile('here.py', READ);
    await editor.chooseInMenu('This Workspace Never Leaves This Machine');
    await pause(500); // until the daemon has heard of it
    const before = provider.asked.length;
    await editor.runCommand('Symbiote: Rewrite…');
    await toast(editor, /follow instructions/); // there is nobody here who could
    await clearToasts(editor);
    await editor.focusEnd();
    await editor.type('\ndef write(');
    await pause(SURELY_NOTHING_MS);
    assert.equal(provider.asked.length, before);
    await editor.chooseInMenu('This Workspace Never Leaves This Machine');
    await pause(500);
    await editor.press('Control+Home');
    await wish(editor, WISH);
    await until(() => provider.asked.length > before, 'it is asked again');
    await reviewed(editor);
    await click(editor, 'Undo All');
    await nothingToJudge(editor);
  });
});

test('without a model here suggestions come from the provider, and the badge says so', async () => {
  const missing = started().workbench.at('missing.gguf');
  await withProvider(
    async () => {
      const { editor } = started();
      await editor.openFile('ghost_outside.py', POINT);
      await editor.statusMatches(/House|^Symbiote$/);
      await editor.type(NEXT_LINE);
      await editor.settledGhost();
      await editor.statusMatches(/^[\d.]+ ms · House$/);
    },
    { 'symbiote.model': missing },
  );
  await started().editor.ready();
});

test('with the mode double-check somebody else looks over a rewrite and what is said stands above the lines', async () => {
  const two = { house: provider.setting('keyed'), second: provider.setting('open', 'Second', false) };
  await withProvider(
    async () => {
      const editor = await selected('checked.py', READ);
      await editor.chooseInMenu('Mode');
      await choose(editor, 'a second model looks over the result');
      await editor.chooseInMenu('Mode');
      const title = editor.page.locator('.quick-input-title');
      await until(
        async () => (await title.innerText()).includes('build, rewrites double-check'),
        'the modes',
      );
      await editor.press('Escape');
      await wish(editor, WISH);
      await reviewed(editor);
      await until(async () => /Checked by[^]*: 1 remark/.test(await rows(editor)), 'a second look', 15_000);
      assert.match(await rows(editor), /a file that cannot be read looks like an empty one/);
      await click(editor, 'Undo All');
      await nothingToJudge(editor);
      await editor.expectSaved('checked.py', READ); // it changes nothing
      await editor.chooseInMenu('Mode');
      await chooseBehind(editor, 'Rewrites', 'build');
    },
    { 'symbiote.providers': two },
  );
});

test('no file has a key in it', async () => {
  const { workbench, editor } = started();
  await editor.openFile('trace.py', POINT);
  await withProvider(
    async () => {
      await editor.runCommand('Symbiote: Restart Server');
      await editor.ready();
      await addKey(editor, KEY);
      await toast(editor, /House/);
      await clearToasts(editor);
    },
    { 'symbiote.logLevel': 'debug' },
  );
  fs.writeFileSync(workbench.file('canary.txt'), `${MARK}\n`);
  assert.deepEqual(filesWith(MARK), [workbench.file('canary.txt')]); // it does look
  for (const key of [KEY, WRONG]) assert.deepEqual(filesWith(key), []);
  const kept = await editor.page.evaluate(() => JSON.stringify(Object.entries(localStorage)));
  assert.ok(!kept.includes(KEY));

  await editor.runCommand('Symbiote: Remove Key…');
  await choose(editor, 'house');
  await editor.runCommand('Symbiote: Remove Key…');
  await until(
    async () => (await editor.page.locator('.statusbar').innerText()).includes('There is no key to remove'),
    'it is gone',
  );
});

/** The files below the run's folder, of whatever kind, that hold a text. */
function filesWith(text: string): string[] {
  const root = started().workbench.root;
  try {
    const found = execFileSync('grep', ['-rlaF', '--exclude-dir=extensions', '--', text, root]);
    return found.toString().trim().split('\n').sort();
  } catch (error) {
    if ((error as { status?: number }).status === 1) return []; // nothing found
    throw error;
  }
}
