import * as vscode from 'vscode';
import { menuRows, menuTitle } from './pure/menu';
import type { View } from './pure/view';

/** What a click on the status bar opens. */
export async function showMenu(view: View): Promise<void> {
  const chosen = await vscode.window.showQuickPick(menuRows(view), { title: menuTitle(view) });
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
