import * as vscode from 'vscode';
import type { OutsideAnswer, RewriteProgressParams, RewriteResult, RewriteReviewParams } from '../protocol';
import { useModel } from '../config';
import type { Server } from '../server';
import { Explanations } from './explanations';
import { Lenses } from './lenses';
import { Marks } from './marks';
import { Rewrite, type Wish } from './rewrite';
import { Wishes } from './wish';
import { t } from '../pure/say';

const SAID_MS = 6_000;
/** The model for rewrites that ships: small, for Python, and no more than a taste. */
const SMALL = 'edit';
/** Typing needs no new row of buttons for every token. */
const DRAWN_MS = 100;

/** All rewrites of this window, one for a document at most; the commands work on that of the active editor. */
export class Rewrites implements vscode.Disposable {
  readonly #running = new Map<string, Rewrite>();
  readonly #marks = new Marks();
  readonly #explanations = new Explanations();
  /** Those that wrote a page, by their ids. */
  readonly #explained = new Map<string, Rewrite>();
  readonly #lenses = new Lenses(
    (document) => this.#of(document),
    ({ uri }) => (this.#explanations.isPage(uri) ? this.#explained.get(uri.query) : undefined),
  );
  readonly #wishes: Wishes;
  readonly #watching: vscode.Disposable;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly server: Pick<Server, 'request' | 'notify'>,
    memory: vscode.Memento,
    private readonly answered: (by: OutsideAnswer | undefined) => void,
  ) {
    this.#wishes = new Wishes(server, memory);
    this.#watching = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) this.#of(document)?.edited(contentChanges);
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.#of(document)?.stop();
        this.#running.delete(document.uri.toString());
      }),
      vscode.window.onDidChangeActiveTextEditor(() => {
        this.#tellState();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => {
        for (const rewrite of this.#running.values()) this.#draw(rewrite);
      }),
    );
  }

  get commands(): Record<string, (...args: never[]) => unknown> {
    return {
      'symbiote.rewrite': () => this.#begin(),
      'symbiote.rewriteHere': (uri: string, range: vscode.Range, name: string, words: string) =>
        this.#here(uri, range, { name, intention: words }),
      'symbiote.rewrite.stop': () => this.#active()?.stop(),
      'symbiote.rewrite.acceptAll': () => this.#active()?.acceptAll(),
      'symbiote.rewrite.undoAll': () => this.#active()?.undoAll(),
      'symbiote.rewrite.followUp': () => this.#followUp(this.#active()),
      'symbiote.rewrite.again': () => this.#again(this.#active()),
      'symbiote.rewrite.explainAgain': (id: string) => this.#explainAgain(id),
      'symbiote.rewrite.earlier': () => this.#active()?.step(-1),
      'symbiote.rewrite.later': () => this.#active()?.step(1),
      'symbiote.rewrite.keep': (uri?: vscode.Uri, index?: number) => this.#judge(uri, index, 'keep'),
      'symbiote.rewrite.undo': (uri?: vscode.Uri, index?: number) => this.#judge(uri, index, 'undo'),
      'symbiote.rewrite.useSmall': () => useModel(SMALL),
      'symbiote.rewrite.copyConversation': () => this.#copy(this.#active()),
    };
  }

  /** A piece of an answer has come. */
  hear(news: RewriteProgressParams): void {
    if (news.explanation) this.#explanations.add(news.rewrite, news.explanation);
    for (const rewrite of this.#running.values()) {
      if (rewrite.id === news.rewrite) rewrite.hear(news);
    }
  }

  /** A second model has looked at what was rewritten. */
  hearReview(news: RewriteReviewParams): void {
    for (const rewrite of this.#running.values()) {
      if (rewrite.id === news.rewrite) rewrite.hearReview(news);
    }
  }

  /** The server is gone, and with it what it knew. */
  forget(): void {
    for (const rewrite of this.#running.values()) rewrite.stop();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#watching.dispose();
    this.#marks.dispose();
    this.#lenses.dispose();
    this.#explanations.dispose();
  }

  async #begin(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!editor) return;
    const running = this.#of(editor.document);
    if (running) return this.#followUp(running);
    const { document, selection } = editor;
    if (!(await writable(document))) return;
    const title = selection.isEmpty ? t('Rewrite this block') : t('Rewrite the selection');
    const wish = await this.#wishes.ask(document, title, (intention) => {
      this.server.notify('symbiote/rewriteWarm', { ...place(document, selection), intention });
    });
    if (wish) await this.#run(document, selection, wish);
  }

  async #here(uri: string, range: vscode.Range, wish: Wish): Promise<void> {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
    const { start, end } = range; // from the server, so it only looks like the editor's
    const lines = new vscode.Range(start.line, start.character, end.line, end.character);
    if (this.#of(document)) say(t('A rewrite of this file is not judged yet: accept or undo it first.'));
    else if (await writable(document)) await this.#run(document, lines, wish);
  }

  async #run(document: vscode.TextDocument, range: vscode.Range, wish: Wish): Promise<void> {
    const rewrite = new Rewrite(document, range, this.server, (one) => {
      this.#changed(one);
    });
    this.#running.set(document.uri.toString(), rewrite);
    collapse(document, range);
    await this.#turn(rewrite, rewrite.ask(wish));
  }

  /** Waits for the end of a turn, tells what there is to tell, and goes on with a follow-up that waits. */
  async #turn(rewrite: Rewrite, ends: Promise<RewriteResult | undefined>): Promise<void> {
    const result = await ends;
    if (result?.text) this.answered(result.outside ?? undefined);
    if (result?.readOnly && result.text) {
      this.#explained.set(rewrite.id, rewrite);
      await this.#explanations.whole(rewrite.id, result.text);
    } else if (rewrite.phase === 'done' && result) say(result.detail || t('Nothing was changed.'));
    else if (!result && !rewrite.isStopped) say(t('No rewrite came: Symbiote: Show Log says why.'));
    const { next } = rewrite;
    rewrite.next = undefined;
    if (next && result) await this.#turn(rewrite, this.#kept(rewrite).ask(next));
  }

  async #followUp(rewrite: Rewrite | undefined): Promise<void> {
    if (!rewrite) return this.#begin();
    const wish = await this.#wishes.ask(rewrite.document, t('What is still missing?'), () => undefined);
    if (!wish) return;
    if (rewrite.phase === 'waiting' || rewrite.phase === 'streaming') {
      rewrite.next = wish;
      this.#changed(rewrite);
    } else await this.#turn(rewrite, this.#kept(rewrite).ask(wish));
  }

  async #again(rewrite: Rewrite | undefined): Promise<void> {
    if (rewrite?.phase === 'review') await this.#turn(rewrite, rewrite.again());
  }

  /** Nothing is written for it, so only of the lines as they were. */
  async #explainAgain(id: string): Promise<void> {
    const rewrite = this.#explained.get(id);
    if (!rewrite || this.#of(rewrite.document)) return;
    if (!rewrite.isAsItWas) {
      say(t('The lines have changed since: ask for an explanation of them anew.'));
      return;
    }
    this.#explanations.write('', id);
    await this.#turn(rewrite, this.#kept(rewrite).again());
  }

  async #judge(uri: vscode.Uri | undefined, index: number | undefined, how: 'keep' | 'undo'): Promise<void> {
    const rewrite = uri ? this.#running.get(uri.toString()) : this.#active();
    const line = vscode.window.activeTextEditor?.selection.active.line ?? 0;
    const all = rewrite?.differences ?? [];
    const at = all.findLastIndex((each) => (rewrite?.top ?? 0) + each.start <= line);
    const one = all[index ?? Math.max(at, 0)];
    if (rewrite && one) await rewrite[how](one);
  }

  async #copy(rewrite: Rewrite | undefined): Promise<void> {
    if (!rewrite) return;
    await vscode.env.clipboard.writeText(rewrite.conversation);
    say(t('The conversation is on the clipboard.'));
  }

  /** A rewrite that had come to its end goes on. */
  #kept(rewrite: Rewrite): Rewrite {
    this.#running.set(rewrite.document.uri.toString(), rewrite);
    return rewrite;
  }

  #of(document: vscode.TextDocument): Rewrite | undefined {
    return this.#running.get(document.uri.toString());
  }

  #active(): Rewrite | undefined {
    const editor = vscode.window.activeTextEditor;
    return editor && this.#of(editor.document);
  }

  #changed(rewrite: Rewrite): void {
    const uri = rewrite.document.uri.toString();
    if (rewrite.phase === 'done' && this.#running.get(uri) === rewrite) this.#running.delete(uri);
    this.#draw(rewrite);
    this.#tellState();
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lenses.refresh();
    }, DRAWN_MS);
  }

  #draw(rewrite: Rewrite): void {
    if (rewrite.phase === 'streaming') this.#marks.drawFresh(rewrite.document, rewrite.fresh);
    else if (rewrite.phase === 'review') {
      this.#marks.draw(rewrite.document, rewrite.top, rewrite.differences);
    } else this.#marks.clear(rewrite.document);
  }

  /** For the key bindings. */
  #tellState(): void {
    void vscode.commands.executeCommand('setContext', 'symbiote.rewrite', this.#active()?.phase ?? '');
  }
}

function place(document: vscode.TextDocument, range: vscode.Range) {
  const { start, end } = range;
  return { textDocument: { uri: document.uri.toString() }, range: { start, end } };
}

/** A selection would hide the colours of what is new. */
function collapse(document: vscode.TextDocument, range: vscode.Range): void {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document !== document || !editor.selection.isEqual(range) || range.isEmpty) return;
  editor.selection = new vscode.Selection(range.start, range.start);
}

async function writable(document: vscode.TextDocument): Promise<boolean> {
  if (document.isUntitled || document.uri.scheme === 'vscode-notebook-cell') return true;
  const found = await Promise.resolve(vscode.workspace.fs.stat(document.uri)).catch(() => undefined);
  const locked = found?.permissions === vscode.FilePermission.Readonly;
  const good = !locked && vscode.workspace.fs.isWritableFileSystem(document.uri.scheme) !== false;
  if (!good) say(t('This file is read-only, so there is nothing to rewrite.'));
  return good;
}

function say(text: string): void {
  vscode.window.setStatusBarMessage(text, SAID_MS);
}
