// The suite runs where proposed API is gated as for a Marketplace user, and the extension works there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { started } from './shared.ts';
import { until } from './until.ts';

test('an undeclared proposed API throws here, as in stock VS Code', async () => {
  const { workbench } = started();
  const file = workbench.at('proposal.json');
  await until(() => fs.existsSync(file), 'the probe has run', 30_000);
  const { allowed, error } = JSON.parse(fs.readFileSync(file, 'utf8')) as { allowed: boolean; error: string };
  assert.equal(allowed, false);
  assert.match(error, /CANNOT use API proposal/);
});

test('the extension activates and the model becomes ready', async () => {
  const { editor } = started();
  await editor.ready();
  assert.equal(await editor.toasts.count(), 0);
});
