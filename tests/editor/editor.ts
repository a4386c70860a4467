// One editor window in a browser page: type, look, ask. Knows the selectors of VS Code 1.139.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startStopwatch } from './stopwatch.ts';
import { pause, until } from './until.ts';
import type { Workbench } from './workbench.ts';

/** The editor's own debounce is 50 ms and the server's deadline 600 ms: what has not come by now does not come. */
const SURELY_NOTHING_MS = 1_500;
/** Ghost text that did not change for this long is the last word. */
const SETTLED_MS = 300;

export class Editor {
  readonly page: Page;
  readonly toasts: Locator;
  readonly dialogs: Locator;
  readonly #workbench: Workbench;
  readonly #context: BrowserContext;
  readonly #status: Locator;

  private constructor(workbench: Workbench, context: BrowserContext, page: Page) {
    this.page = page;
    this.#workbench = workbench;
    this.#context = context;
    this.#status = page.locator('[id="symbiote.symbiote-code.status"]');
    this.toasts = page.locator('.notification-toast');
    this.dialogs = page.locator('.monaco-dialog-box');
  }

  /** A new window with one file open and the cursor at its end. */
  static async open(
    workbench: Workbench,
    browser: Browser,
    name: string,
    text: string,
    look: BrowserContextOptions = { viewport: { width: 1100, height: 660 } },
  ): Promise<Editor> {
    const context = await browser.newContext(look);
    if (look.locale) await context.addInitScript(setLanguage, look.locale);
    const page = await context.newPage();
    await startStopwatch(page);
    const editor = new Editor(workbench, context, page);
    await editor.goto(name, text);
    return editor;
  }

  /** Loads the window anew: a new extension host, with one file open and the cursor at its end. */
  async goto(name: string, text: string): Promise<void> {
    const file = this.#workbench.file(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
    await this.page.goto(this.#workbench.url(file));
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.#tab(name).waitFor({ timeout: 60_000 });
    await this.focusEnd();
  }

  /** Opens a new file, with the cursor at its end. No two tests share one: the editor may hold changes to it still. */
  async openFile(name: string, text: string): Promise<void> {
    await this.#open(name, text);
    await this.focusEnd();
  }

  /** Opens a notebook, with the cursor at the end of its last cell. */
  async openNotebook(name: string, text: string): Promise<void> {
    await this.#open(name, text);
    await this.focusCell('last');
  }

  /** Puts the cursor at the end of a notebook's code cell. */
  async focusCell(which: 'first' | 'last'): Promise<void> {
    await this.page.locator('.notebook-editor .cell.code .view-lines')[which]().click();
    await this.page.keyboard.press('Control+End');
  }

  async #open(name: string, text: string): Promise<void> {
    const file = this.#workbench.file(name);
    if (fs.existsSync(file)) throw new Error(`${name} is another test's`);
    fs.writeFileSync(file, text);
    const rows = await this.#quickInput('Control+P', file);
    await rows.filter({ hasText: name }).first().waitFor();
    await pause(200); // the first rows are those of the last search
    await this.page.keyboard.press('Enter');
    await this.#tab(name).waitFor();
  }

  /** Goes to an open file. */
  async switchTo(name: string): Promise<void> {
    await this.#tab(name).click();
    await this.focusEnd();
  }

  async focusEnd(): Promise<void> {
    await this.page.mouse.move(0, 0); // from the status bar, whose tooltip may lie over the text
    await this.page
      .locator('.context-view .hover-contents, .workbench-hover')
      .first()
      .waitFor({ state: 'hidden' });
    await this.page.locator('.editor-instance .view-lines').first().click();
    await this.page.keyboard.press('Control+End');
  }

  /** At the speed of a fast human. */
  async type(text: string, delay = 60): Promise<void> {
    await this.page.keyboard.type(text, { delay });
  }

  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** The ghost text of this moment, or ''. One suggestion is split into several spans. */
  async ghost(): Promise<string> {
    const spans = this.page.locator('.ghost-text-decoration, .ghost-text');
    return (await spans.allInnerTexts()).join('').replaceAll('\u00a0', ' ');
  }

  /** Ghost text as it stays. */
  async settledGhost(ms = 10_000): Promise<string> {
    let last = '';
    let since = Date.now();
    return until(
      async () => {
        const now = await this.ghost();
        if (now !== last) since = Date.now();
        last = now;
        return Date.now() - since >= SETTLED_MS ? now : '';
      },
      'ghost text',
      ms,
    );
  }

  async expectNoGhost(ms = SURELY_NOTHING_MS): Promise<void> {
    for (const end = Date.now() + ms; Date.now() < end;) {
      assert.equal(await this.ghost(), '');
      await pause(50);
    }
  }

  async ghostGone(): Promise<void> {
    await until(async () => (await this.ghost()) === '', 'ghost text gone');
  }

  /** Takes what was typed on this line away and starts the line again. */
  async clearLine(): Promise<void> {
    await this.press('Escape');
    await this.press('Shift+Home');
    await this.press('Shift+Home'); // the first stops at the indentation
    await this.press('Delete');
    await this.ghostGone();
  }

  async runCommand(title: string): Promise<void> {
    const rows = await this.#quickInput('F1', `>${title}`);
    await rows.filter({ hasText: title }).first().waitFor();
    await this.press('Enter');
  }

  /** Opens the menu of the status bar and chooses a row: by keys, the rows still move when they appear. */
  async chooseInMenu(label: string): Promise<void> {
    await this.#status.locator('a').first().click();
    const rows = await this.#narrow(label);
    await until(async () => (await rows.first().innerText()).includes(label), `${label} comes first`);
    await this.press('Enter');
  }

  /** The words of the status bar item. */
  async status(): Promise<string> {
    return (await this.#status.count()) === 0 ? '' : (await this.#status.first().innerText()).trim();
  }

  /** What a screen reader says of the status bar item. */
  async statusLabel(): Promise<string> {
    return (await this.#status.locator('a').first().getAttribute('aria-label')) ?? '';
  }

  /** Hovers over the status bar item: the words of its tooltip. */
  async statusTooltip(): Promise<string> {
    await this.page.mouse.move(0, 0);
    await this.#status.hover();
    const hover = this.page.locator('.monaco-hover').filter({ hasText: 'Symbiote' }).last();
    await hover.waitFor({ state: 'visible' });
    return hover.innerText();
  }

  async statusMatches(pattern: RegExp, ms = 30_000): Promise<string> {
    let seen = '';
    return until(
      async () => {
        seen = await this.status();
        return pattern.test(seen) && seen;
      },
      `status ${pattern.source}`,
      ms,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it says: ${seen}`);
    });
  }

  /** The server answers and the model is loaded. */
  async ready(): Promise<void> {
    await this.statusMatches(/ ms|^Symbiote$/, 60_000);
  }

  /**
   * Saves, and waits for the content on disk: not for a new time stamp, the editor empties the file before it writes.
   * Saves again now and then, in case an edit was still on its way.
   */
  async expectSaved(name: string, expected: string): Promise<void> {
    const file = this.#workbench.file(name);
    for (let i = 0; i < 200 && fs.readFileSync(file, 'utf8') !== expected; i++) {
      if (i % 20 === 0) await this.press('Control+S');
      await pause(25);
    }
    assert.equal(fs.readFileSync(file, 'utf8'), expected);
  }

  async screenshot(file: string): Promise<void> {
    await this.page.screenshot({ path: file });
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  #tab(name: string): Locator {
    return this.page.locator(`.tab[data-resource-name="${path.basename(name)}"]`);
  }

  async #quickInput(key: string, text: string): Promise<Locator> {
    await this.press(key);
    return this.#narrow(text);
  }

  async #narrow(text: string): Promise<Locator> {
    const input = this.page.locator('.quick-input-widget input.input').first();
    await input.waitFor({ state: 'visible' });
    await input.fill(text);
    return this.page.locator('.quick-input-list .monaco-list-row');
  }
}

/** The language of the editor, which without a language pack says it itself in English; extensions speak it. */
function setLanguage(language: string): void {
  Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: language });
}
