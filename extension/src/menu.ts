import * as vscode from 'vscode';
import { eagerness, setEagerness } from './config';
import { eagernessRows, menuRows, menuTitle } from './pure/menu';
import type { View } from './pure/view';

/** What a click on the status bar opens. */
export async function showMenu(view: View): Promise<void> {
  const chosen = await vscode.window.showQuickPick(menuRows(view), { title: menuTitle(view) });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

/** Writes the choice where the setting is set now, else into the user's settings. */
export async function chooseEagerness(): Promise<void> {
  const rows = eagernessRows(eagerness());
  const chosen = await vscode.window.showQuickPick(rows, { title: 'Symbiote: How Eager' });
  if (chosen) await setEagerness(chosen.value);
}
