// What all tests share: one workbench, one browser, one window. Test files run in one process, in the order of their names.
import fs from 'node:fs';
import path from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from './browser.ts';
import { Editor } from './editor.ts';
import { REPO } from './places.ts';
import { Workbench } from './workbench.ts';

export interface Shared {
  workbench: Workbench;
  browser: Browser;
  editor: Editor;
}

let shared: Shared | undefined;
let failed = false;

/** What was started before the first test. */
export function started(): Shared {
  if (!shared) throw new Error('nothing is started yet');
  return shared;
}

before(
  async () => {
    const [workbench, browser] = await Promise.all([Workbench.start(), launch()]);
    const editor = await Editor.open(workbench, browser, 'first.py', '');
    shared = { workbench, browser, editor };
  },
  { timeout: 120_000 },
);

afterEach(async (context) => {
  if (!('passed' in context) || context.passed || !shared) return;
  failed = true;
  const folder = path.join(REPO, 'test-results');
  fs.mkdirSync(folder, { recursive: true });
  await shared.editor.screenshot(path.join(folder, `${context.name.replaceAll(/\W+/g, '-')}.png`));
});

after(
  async () => {
    await shared?.browser.close();
    await shared?.workbench.stop(failed);
  },
  { timeout: 60_000 },
);
