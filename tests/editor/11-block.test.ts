import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOOP } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

const BEFORE = `${LOOP}\n`.repeat(4);
const TYPED = 'for item ';
const REST = LOOP.slice(TYPED.length, -1);

test('a first line that begins a block is followed by the block, and Tab takes all of it', async () => {
  const { workbench, editor } = started();
  await editor.openFile('block.py', BEFORE);
  const accepted = (await workbench.events()).filter((kind) => kind === 'accepted').length;
  await editor.type(TYPED);
  await until(async () => (await editor.ghost()).includes('print(item.name'), 'the whole block');
  await editor.expectSaved('block.py', BEFORE + TYPED); // it is not in the file yet
  await editor.press('Tab');
  await editor.expectSaved('block.py', BEFORE + TYPED + REST);
  const now = async () => (await workbench.events()).filter((kind) => kind === 'accepted').length;
  await until(async () => (await now()) > accepted, 'the daemon hears of it');
  assert.equal(await now(), accepted + 1);
});

test('typing along keeps the block', async () => {
  const { editor } = started();
  await editor.openFile('along.py', BEFORE);
  await editor.type(TYPED);
  await until(async () => (await editor.ghost()).includes('print(item.name'), 'the whole block');
  await editor.type('in alp');
  assert.ok((await editor.settledGhost()).includes('print(item.name'));
  await editor.press('Tab');
  await editor.expectSaved('along.py', BEFORE + TYPED + REST);
});
