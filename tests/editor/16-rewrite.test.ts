import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Editor } from './editor.ts';
import { click, nothingToJudge, reviewed, rows, wish } from './judging.ts';
import { picture, PYTHON, REPO } from './places.ts';
import { started } from './shared.ts';
import { pause, until } from './until.ts';

const READ = `def read(path):
    with open(path) as file:
        text = file.read()
    return text.strip()
`;
/** The model hints at the first and drops the second: one change to keep, one to undo. */
const TWO = `${READ}

def show(name):
    print(name)
    return None
`;
/** An answer to it has a limit that is far. */
const SIX = READ.repeat(6);
const WISH = 'wrap it in try/except';
const TRIED = /^def read\(path\):\n {4}try:\n {8}with open\(path\) as file:\n/;
/** A model that says one line over and over, slowly: there is time to do something while it streams. */
const ENDLESS = `
import sys
from pathlib import Path
from unit.engine import tiny_gguf
specials = (*tiny_gguf.SPECIALS, "<|im_start|>", "<|im_end|>")
shape = tiny_gguf.Shape(width=512, layers=8, heads=4, kv_heads=2, head_width=128, hidden=2048, context=4096, specials=specials)
tiny_gguf.write(Path(sys.argv[1]), shape, cycle=b"abcdefghijklmnop=1\\n")
`;
const SAID = 'abcdefghijklmnop=1';

/** Rewrites have a model of their own. */
function withModel(model = 'edit'): void {
  const { workbench } = started();
  workbench.setMachineSettings({ ...workbench.machineSettings(), 'symbiote.rewriteModel': model });
}

function endless(): string {
  const file = started().workbench.at('qwen-endless-instruct.gguf');
  if (!fs.existsSync(file)) execFileSync(PYTHON, ['-c', ENDLESS, file], { cwd: path.join(REPO, 'tests') });
  return file;
}

/** Text of the endless model is in the editor. */
async function streams(editor: Editor): Promise<void> {
  const lines = editor.page.locator('.editor-instance .view-lines').first();
  const said = async () => (await lines.innerText()).replaceAll('\u00a0', ' ').includes(SAID);
  await until(said, 'it streams', 30_000);
}

/**
 * Saves until the file on disk is right, and returns it. The editor empties a file before it writes, so who reads right
 * after asking for it may find nothing every time: each round looks first.
 */
async function saved(name: string, right: (text: string) => boolean, what: string): Promise<string> {
  const { workbench, editor } = started();
  return until(async () => {
    const text = fs.readFileSync(workbench.file(name), 'utf8');
    if (right(text)) return text;
    await editor.press('Control+S');
    await pause(100);
    return undefined;
  }, `${name} ${what}`);
}

async function savedLike(name: string, pattern: RegExp): Promise<string> {
  return saved(name, (text) => pattern.test(text), `like ${pattern.source}`);
}

/** What the model writes in a tie is not the same on every machine. */
async function savedChanged(name: string, original: string): Promise<void> {
  await saved(name, (text) => text !== '' && text !== original, 'is rewritten');
}

async function openSelected(name: string, text: string, model?: string): Promise<Editor> {
  const { editor } = started();
  withModel(model);
  await pause(500); // until the daemon has heard of it
  await editor.openFile(name, text);
  await editor.press('Control+A');
  return editor;
}

test('without a model that follows instructions it says so, and one button brings a small one', async () => {
  const editor = await openSelected('asked.py', READ, '');
  await editor.runCommand('Symbiote: Rewrite…');
  const toast = editor.toasts.filter({ hasText: 'not trained to follow instructions' });
  await toast.waitFor();
  await toast.locator('a', { hasText: 'Try the Small One' }).click();
  const { workbench } = started();
  await until(() => workbench.machineSetting('symbiote.rewriteModel') === 'edit', 'the setting');
  await toast.waitFor({ state: 'detached' });
});

test('a selection is rewritten in place, shown as a diff, and undone in one step', async () => {
  const editor = await openSelected('total.py', READ);
  await wish(editor, WISH);
  await reviewed(editor);
  const text = await savedLike('total.py', TRIED);
  assert.match(text, /except Exception:/);
  assert.match(await rows(editor), /tokens\/s/);
  assert.match(await rows(editor), /Keep/);
  await editor.screenshot(picture('rewrite.png'));
  await editor.press('Control+Z');
  await editor.expectSaved('total.py', READ);
  await nothingToJudge(editor);
  const kinds = (await started().workbench.events()).join(' ');
  assert.match(kinds, /asked|rewrite/);
});

test('accepting all leaves the new lines, a change can be undone by its button', async () => {
  const editor = await openSelected('judged.py', READ);
  await wish(editor, WISH);
  await reviewed(editor);
  await click(editor, 'Undo');
  await editor.expectSaved('judged.py', READ);
  await nothingToJudge(editor);

  await editor.press('Control+A');
  await wish(editor, WISH);
  await reviewed(editor);
  await click(editor, 'Accept All');
  await nothingToJudge(editor);
  await savedLike('judged.py', TRIED);
});

test('one change is kept, another undone', async () => {
  const editor = await openSelected('two_changes.py', TWO);
  await wish(editor, 'add type hints');
  await reviewed(editor);
  const changes = async () => (await rows(editor)).split('Keep').length - 1;
  await until(async () => (await changes()) === 2, 'two changes to judge');
  await click(editor, 'Keep');
  await until(async () => (await changes()) === 1, 'one is judged');
  await editor.page.locator('.codelens-decoration a', { hasText: /^Undo$/ }).click();
  await nothingToJudge(editor);
  await editor.expectSaved('two_changes.py', TWO.replace('read(path):', 'read(path) -> None:'));
});

test('a follow-up goes on from what is there, and versions can be stepped through', async () => {
  const editor = await openSelected('followed_up.py', READ);
  await wish(editor, WISH);
  await reviewed(editor);
  await wish(editor, 'add a docstring');
  await until(async () => (await rows(editor)).includes('3/3'), 'another version');
  await reviewed(editor);
  await savedChanged('followed_up.py', READ);
  await editor.runCommand('Symbiote: Earlier Version of the Rewrite');
  await until(async () => (await rows(editor)).includes('2/3'), 'the version before');
  await editor.runCommand('Symbiote: Undo All of the Rewrite');
  await editor.expectSaved('followed_up.py', READ);
  await nothingToJudge(editor);
});

test('two files are rewritten at once', async () => {
  const editor = await openSelected('at_once.py', READ);
  await wish(editor, WISH);
  await openSelected('beside.py', READ);
  await wish(editor, WISH);
  for (const name of ['beside.py', 'at_once.py']) {
    await editor.switchTo(name);
    await reviewed(editor);
    await savedChanged(name, READ);
    await click(editor, 'Undo All');
    await editor.expectSaved(name, READ);
  }
  assert.equal(await editor.toasts.count(), 0);
  assert.equal(await editor.dialogs.count(), 0);
});

test('a problem can be fixed from the light bulb', async () => {
  const { editor } = started();
  withModel();
  const bar = editor.page.locator('.statusbar');
  const unchanged = async () => (await bar.innerText()).includes('left the lines');
  await until(async () => !(await unchanged()), 'what was said of an earlier rewrite is gone', 15_000);
  await editor.openFile('faulty.py', 'def total(items)\n    return sum(items)\n');
  await editor.press('Control+Home');
  await editor.press('End');
  await editor.press('Control+.');
  const row = editor.page.locator('.action-widget .monaco-list-row', { hasText: 'Fix this problem' }).first();
  await row.waitFor();
  await pause(300); // the menu takes no choice in its first moments
  await row.click();
  // What the small model makes of it is its own affair: something to judge, or a word that nothing was changed.
  const ended = async () => (await rows(editor)).includes('Accept All') || (await unchanged());
  await until(ended, 'the end of the rewrite', 30_000);
  if ((await rows(editor)).includes('Accept All')) await click(editor, 'Accept All');
  await nothingToJudge(editor);
});

test('Escape in the middle stops it and takes it back', async () => {
  const editor = await openSelected('stopped.py', SIX, endless());
  await wish(editor, WISH);
  await streams(editor);
  await editor.press('Escape');
  await nothingToJudge(editor);
  await editor.expectSaved('stopped.py', SIX);
});

test('saving and editing elsewhere in the middle disturb nothing', async () => {
  const { workbench, editor } = started();
  await editor.openFile('saved.py', `${READ}\n\nlast = 1\n`);
  withModel(endless());
  await pause(500);
  await editor.press('Control+Home'); // the block around the cursor
  await wish(editor, WISH);
  await streams(editor);
  await savedLike('saved.py', new RegExp(SAID));
  const text = fs.readFileSync(workbench.file('saved.py'), 'utf8');
  assert.ok(text.endsWith('\n\nlast = 1\n'), text);
  await editor.press('Control+End');
  await editor.type('more = 2');
  await reviewed(editor); // it has come to its limit
  await editor.runCommand('Symbiote: Undo All of the Rewrite');
  await nothingToJudge(editor);
  await editor.expectSaved('saved.py', `${READ}\n\nlast = 1\nmore = 2`);
});
