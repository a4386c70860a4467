import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageSays, withRoom } from './page.ts';
import { POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

const COPIED = 'class Copied:\n    pass\n';

test('the clipboard is read only where the user allowed it', async () => {
  const { workbench, editor } = started();
  const { page } = editor;
  const knows = async () => {
    await editor.runCommand('Symbiote: Suggest Now');
    await editor.runCommand('Symbiote: Why Nothing?');
    return (await pageSays(editor, /What was asked/)).includes(`The clipboard: ${COPIED.length} characters`);
  };
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), COPIED);
  await withRoom(editor, async () => {
    await editor.openFile('clipboard.py', POINT);
    await editor.type('x');
    assert.equal(await knows(), false);

    await workbench.withMachineSettings({ 'symbiote.context': ['clipboard'] }, () =>
      until(knows, 'the clipboard on the page', 20_000),
    );
    await until(async () => !(await knows()), 'no clipboard on the page', 20_000);
    assert.equal(await editor.toasts.count(), 0);
  });
});
