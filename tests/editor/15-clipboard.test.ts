import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageSays } from './page.ts';
import { POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

const COPIED = 'class Copied:\n    pass\n';

test('the clipboard is read only where the user allowed it', async () => {
  const { workbench, editor } = started();
  const { page } = editor;
  const settings = workbench.machineSettings();
  const knows = async () => {
    await editor.runCommand('Symbiote: Suggest Now');
    await editor.runCommand('Symbiote: Why Nothing?');
    return (await pageSays(editor, /What was asked/)).includes(`The clipboard: ${COPIED.length} characters`);
  };
  const size = page.viewportSize();
  await page.setViewportSize({ width: 1_600, height: 1_400 }); // only what is in view can be read
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), COPIED);
  await editor.openFile('clipboard.py', POINT);
  await editor.type('x');
  assert.equal(await knows(), false);

  workbench.setMachineSettings({ ...settings, 'symbiote.context': ['clipboard'] });
  await until(knows, 'the clipboard on the page', 20_000);
  workbench.setMachineSettings(settings);
  await until(async () => !(await knows()), 'no clipboard on the page', 20_000);
  assert.equal(await editor.toasts.count(), 0);
  await editor.runCommand('View: Close Editors in Other Groups');
  if (size) await page.setViewportSize(size);
});
