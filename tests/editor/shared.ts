// What all tests share: one workbench, one browser, one window. Test files run in one process, in the order of their names.
import path from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch } from './browser.ts';
import { Editor } from './editor.ts';
import { RESULTS } from './places.ts';
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
    await editor.ready();
  },
  { timeout: 120_000 },
);

/** A picture of every window when a test has failed; then those that a test opened are closed. */
afterEach(async (context) => {
  if (!shared) return;
  const ok = !('passed' in context) || context.passed;
  failed ||= !ok;
  const name = context.name.replaceAll(/\W+/g, '-');
  const windows = shared.browser.contexts().map((window) => window.pages()[0]);
  for (const [i, page] of windows.entries()) {
    if (!ok) await page?.screenshot({ path: path.join(RESULTS, `${name}-${i}.png`) });
    if (page !== shared.editor.page) await page?.context().close();
  }
});

after(
  async () => {
    await shared?.browser.close();
    await shared?.workbench.stop(failed);
  },
  { timeout: 60_000 },
);
