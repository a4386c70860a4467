import * as vscode from 'vscode';
import { readout } from './pure/readout';
import { tooltip } from './pure/tooltip';
import type { View } from './pure/view';

/** The item in the status bar. */
export class StatusItem implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('status', vscode.StatusBarAlignment.Right, 100);
  #shown = '';

  constructor() {
    this.#item.name = 'Symbiote';
    this.#item.command = 'symbiote.menu';
    this.#item.show();
  }

  /** Tells the editor what is new. */
  draw(view: View): void {
    const shown = JSON.stringify([readout(view), tooltip(view)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tell(view);
  }

  #tell(view: View): void {
    const { text, spoken, warn } = readout(view);
    this.#item.text = text;
    this.#item.accessibilityInformation = { label: spoken, role: 'button' };
    this.#item.tooltip = new vscode.MarkdownString(tooltip(view)); // not trusted: its words come from outside
    this.#item.backgroundColor = warn ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
  }

  dispose(): void {
    this.#item.dispose();
  }
}
