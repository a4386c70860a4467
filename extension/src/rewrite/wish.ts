import * as vscode from 'vscode';
import type { Intention, IntentionsResult } from '../protocol';
import { remembered } from '../pure/history';
import type { Server } from '../server';
import type { Wish } from './rewrite';
import { t } from '../pure/say';

const HISTORY = 'rewrite.history';
/** Typing an intention rests this long before the model reads ahead. */
const WARM_MS = 200;

interface Row extends vscode.QuickPickItem {
  wish?: Wish;
  asks?: boolean;
  /** What is typed, in the user's words. */
  isOwn?: boolean;
}

/** Asks what is wanted: words, a ready intention, or something that was asked before. */
export class Wishes {
  constructor(
    private readonly server: Pick<Server, 'request' | 'notify'>,
    private readonly memory: vscode.Memento,
  ) {}

  /** `warm` is called while the words are being typed. */
  async ask(
    document: vscode.TextDocument,
    title: string,
    warm: (words: string) => void,
  ): Promise<Wish | undefined> {
    const params = { language: document.languageId };
    const ready = await this.server.request<IntentionsResult>('symbiote/intentions', params);
    if (!ready) return undefined;
    if (ready.problem) {
      void offer(ready);
      return undefined;
    }
    const chosen = await this.#pick(title, ready.intentions, warm);
    const wish = chosen?.asks ? await completed(chosen) : chosen?.wish;
    if (wish?.intention) await this.#remember(wish.intention);
    return wish;
  }

  #pick(
    title: string,
    intentions: readonly Intention[],
    warm: (words: string) => void,
  ): Promise<Row | undefined> {
    const picker = vscode.window.createQuickPick<Row>();
    picker.title = title;
    picker.placeholder = t('What should change? Say it, or choose');
    picker.matchOnDescription = true;
    const listed = [...rows(intentions), ...earlier(this.memory.get<string[]>(HISTORY, []))];
    picker.items = [own(''), ...listed];
    let timer: NodeJS.Timeout | undefined;
    picker.onDidChangeValue((words) => {
      // The editor names a row by its place: Enter may tell of the rows before the last letter.
      picker.items = [own(words.trim()), ...listed];
      clearTimeout(timer);
      timer = setTimeout(() => {
        warm(words.trim());
      }, WARM_MS);
    });
    warm('');
    return new Promise((resolve) => {
      picker.onDidAccept(() => {
        const [row] = picker.selectedItems;
        const words = picker.value.trim();
        if (row && !row.isOwn) resolve(row);
        else if (words) resolve(own(words));
        else return;
        picker.hide();
      });
      picker.onDidHide(() => {
        clearTimeout(timer);
        resolve(undefined);
        picker.dispose();
      });
      picker.show();
    });
  }

  async #remember(words: string): Promise<void> {
    await this.memory.update(HISTORY, remembered(this.memory.get<string[]>(HISTORY, []), words));
  }
}

/** Why nothing can be rewritten now, and what to do. */
async function offer({ problem, buttons }: IntentionsResult): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(problem, ...buttons.map(({ title }) => title));
  const button = buttons.find(({ title }) => title === chosen);
  if (button) await vscode.commands.executeCommand(button.command, ...button.arguments);
}

function own(words: string): Row {
  const wish = { name: null, intention: words };
  if (!words) return { label: t('Say it in your own words'), wish, isOwn: true };
  return { label: words, description: t('in your words'), alwaysShow: true, wish, isOwn: true };
}

function rows(intentions: readonly Intention[]): Row[] {
  return intentions.map(({ name, title, description, asks, own: users }) => ({
    label: title,
    description: users ? t('{0} (yours)', description) : description,
    wish: { name, intention: '' },
    asks,
  }));
}

function earlier(history: readonly string[]): Row[] {
  if (history.length === 0) return [];
  const heading: Row = { label: t('earlier'), kind: vscode.QuickPickItemKind.Separator };
  return [heading, ...history.map((words) => ({ label: words, wish: { name: null, intention: words } }))];
}

/** The words that an intention needs as well. */
async function completed(row: Row): Promise<Wish | undefined> {
  const words = await vscode.window.showInputBox({ title: row.label, prompt: row.description ?? '' });
  return words && row.wish ? { ...row.wish, intention: words } : undefined;
}
