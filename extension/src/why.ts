import * as vscode from 'vscode';
import { Page } from './page';
import type { WhyResult } from './protocol';
import { copyOf } from './pure/reproduction';
import { t } from './pure/say';

const SAID_MS = 6_000;

/** "Why nothing?": one page, of the newest answer. */
export class WhyPage extends Page {
  constructor() {
    super('symbiote-why', t('Why nothing?'));
  }

  async tell({ title, text }: Pick<WhyResult, 'title' | 'text'>): Promise<void> {
    this.write(`# ${title}\n\n${text}\n`);
    await this.show();
  }
}

/** Puts the last request on the clipboard, in the form that can be run again. */
export async function copyReproduction(answer: WhyResult | undefined): Promise<void> {
  const { line, said } = copyOf(answer);
  if (line !== undefined) await vscode.env.clipboard.writeText(line);
  vscode.window.setStatusBarMessage(said, SAID_MS);
}
