// The picture of the README. It goes to docs/images when it is missing there or with SYMBIOTE_SCREENSHOTS=1; a plain run
// takes it too, into test-results, and changes no tracked file.
import { test } from 'node:test';
import { Editor } from './editor.ts';
import { picture } from './places.ts';
import { SHOP, SHOP_NEXT_LINE } from './samples.ts';
import { started } from './shared.ts';
import { pause } from './until.ts';

test('ghost text, as in the README', async () => {
  const { workbench, browser } = started();
  const look = { viewport: { width: 960, height: 660 }, deviceScaleFactor: 2 };
  const editor = await Editor.open(workbench, browser, 'shop/inventory.py', SHOP, look);
  await editor.ready();
  await editor.focusEnd();
  await editor.type(SHOP_NEXT_LINE);
  await editor.settledGhost();
  await editor.statusMatches(/ms · p50 .* · p99 /);
  await editor.page.mouse.move(0, 0); // no hover
  await pause(500);
  await editor.screenshot(picture('ghost.png'));
});
