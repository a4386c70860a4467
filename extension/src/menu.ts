import * as vscode from 'vscode';
import { eagerness, setEagerness } from './config';
import type { Route } from './outside/route';
import { eagernessRows, menuRows, menuTitle } from './pure/menu';
import { FEATURES, modeRows, modeWords, type Feature } from './pure/modes';
import type { View } from './pure/view';
import { t } from './pure/say';

/** What a click on the status bar opens. */
export async function showMenu(view: View): Promise<void> {
  const chosen = await vscode.window.showQuickPick(menuRows(view), { title: menuTitle(view) });
  if (chosen) await vscode.commands.executeCommand(chosen.command, ...(chosen.arguments ?? []));
}

/** Writes the choice where the setting is set now, else into the user's settings. */
export async function chooseEagerness(): Promise<void> {
  const rows = eagernessRows(eagerness());
  const chosen = await vscode.window.showQuickPick(rows, { title: t('Symbiote: How Eager') });
  if (chosen) await setEagerness(chosen.value);
}

/** A mode for each feature, in one list. */
export async function chooseMode(route: Route): Promise<void> {
  const now = route.params;
  const rows = (Object.keys(FEATURES) as Feature[]).flatMap((feature) => [
    { label: t(FEATURES[feature]), kind: vscode.QuickPickItemKind.Separator },
    ...modeRows(feature, now[feature]),
  ]);
  const title = t('Symbiote: Mode ({0})', modeWords(now));
  const chosen = await vscode.window.showQuickPick(rows, { title, matchOnDetail: true });
  if (chosen && 'mode' in chosen) await route.choose(chosen.feature, chosen.mode);
}
