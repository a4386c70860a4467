// An editor in French: the status bar, the menu and the palette say it in French.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Editor } from './editor.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';

test('in a French editor the extension speaks French', async () => {
  const { workbench, browser } = started();
  const look = { viewport: { width: 1100, height: 660 }, locale: 'fr' };
  const editor = await Editor.open(workbench, browser, 'point_fr.py', POINT, look);
  await editor.ready();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  await editor.statusMatches(/ ms/);
  assert.match(await editor.statusLabel(), /^Symbiote\u00a0: .*dernière réponse en [\d.]+ millisecondes/);
  assert.match(await editor.statusTooltip(), /Moteur[^]*Acceptées aujourd’hui/);
  await editor.runCommand('Symbiote: Afficher le menu');
  await editor.page.locator('.quick-input-list').getByText('Pause pour python').waitFor();
  await editor.press('Escape');
  await editor.runCommand('Symbiote: Tableau de bord');
  const page = editor.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
  await page.locator('.tiles').getByText('Caractères conservés par heure').waitFor({ timeout: 30_000 });
});
