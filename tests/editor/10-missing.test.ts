import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { PYTHON } from './places.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

test('without a server: one notification with buttons, and an editor as usual', async () => {
  const { workbench, editor } = started();
  workbench.setMachineSettings({ 'symbiote.server.python': '/nowhere/python' });
  await editor.goto('missing.py', POINT);
  await editor.statusMatches(/not installed/);
  await until(async () => (await editor.toasts.count()) > 0, 'a notification', 10_000);
  assert.equal(await editor.toasts.count(), 1);
  assert.equal(await editor.dialogs.count(), 0);
  assert.match(await editor.toasts.innerText(), /\/nowhere\/python/);
  const buttons = await editor.toasts.locator('.monaco-button').allInnerTexts();
  assert.deepEqual(buttons, ['Open Settings', 'How to Install']);

  await editor.focusEnd();
  await editor.type(NEXT_LINE);
  await editor.expectNoGhost();
  await editor.expectSaved('missing.py', POINT + NEXT_LINE);
});

test('a server that always ends: one notification, and it is started again and again', async () => {
  const { workbench, editor } = started();
  workbench.setMachineSettings({ 'symbiote.server.python': '/bin/false' });
  const failing = editor.toasts.filter({ hasText: 'keeps ending' });
  await failing.first().waitFor({ timeout: 30_000 });
  assert.equal(await failing.count(), 1);
  assert.deepEqual(await failing.locator('.monaco-button').allInnerTexts(), ['Restart', 'Show Log']);
  assert.match(await editor.status(), /restarting server/);
  assert.equal(await editor.dialogs.count(), 0);
});

test("with the installer's note the server is found, without a reload", async () => {
  const { workbench, editor } = started();
  fs.mkdirSync(workbench.at('xdg', 'symbiote'), { recursive: true });
  fs.writeFileSync(workbench.at('xdg', 'symbiote', 'server.json'), JSON.stringify({ python: PYTHON }));
  workbench.setMachineSettings({});
  await editor.ready();
  await editor.openFile('found.py', POINT);
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
});
