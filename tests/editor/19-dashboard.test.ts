import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { Editor } from './editor.ts';
import { picture, PYTHON } from './places.ts';
import { NEXT_LINE, POINT, SHOP } from './samples.ts';
import { started } from './shared.ts';
import { pause, until } from './until.ts';

const MONTH = `${import.meta.dirname}/month.py`;
const LANGUAGES = ['All', 'python', 'typescript', 'rust'];
/** One line of a chart's table. */
const ROWS = '.table tbody tr';

/** The page inside: an editor's webview is a frame in a frame. */
function dashboard(editor: Editor): FrameLocator {
  return editor.page.frameLocator('iframe.webview.ready').frameLocator('iframe#active-frame');
}

async function opened(editor: Editor): Promise<FrameLocator> {
  await editor.runCommand('Symbiote: Dashboard');
  const page = dashboard(editor);
  await page.locator('.tiles').waitFor({ timeout: 30_000 });
  return page;
}

/** How many there are in what is shown; none while it is read. */
async function requests(page: FrameLocator): Promise<number> {
  const said = /Requests: ([\d,]+)/.exec(await page.locator('.told').innerText())?.[1] ?? 'NaN';
  return Number(said.replaceAll(',', ''));
}

function card(page: FrameLocator, name: string): Locator {
  return page.locator(`.card[data-name="${name}"]`);
}

/** How many points of a chart have a colour: none of an empty canvas. */
async function drawn(chart: Locator): Promise<number> {
  return chart.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { width, height } = canvas;
    const points = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return points.filter((value, at) => at % 4 === 3 && value > 0).length;
  });
}

async function table(chart: Locator): Promise<string[]> {
  await chart.getByRole('button', { name: /as a table/ }).click();
  await chart.locator(ROWS).first().waitFor();
  return chart.locator(ROWS).allInnerTexts();
}

test('the dashboard opens with what was typed and accepted, as charts and tables', async () => {
  const { editor } = started();
  await editor.openFile('measured.py', POINT);
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  await editor.press('Tab');
  await editor.ghostGone();
  const page = await opened(editor);
  assert.equal(await editor.toasts.count(), 0);

  for (const name of ['days', 'distribution', 'kept', 'shown', 'stage_days'])
    assert.ok((await drawn(card(page, name))) > 100, `${name} is drawn`);
  const [today] = await table(card(page, 'shown'));
  const [, asked, shown, accepted] = (today ?? '')
    .split('\t')
    .map((cell) => Number(cell.replaceAll(',', '')));
  assert.ok(asked && shown && accepted && asked >= shown && shown >= accepted, today);
  const kinds = await started().workbench.events();
  assert.equal(accepted, kinds.filter((kind) => kind === 'accepted').length);
  assert.match((await table(card(page, 'silences'))).join('\n'), /\w+\t\d/);

  await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await card(page, 'shown')
    .getByRole('button', { name: /copy as CSV/ })
    .click();
  const copied = await until(async () => {
    const text = await editor.page.evaluate<string>('navigator.clipboard.readText()');
    return text.startsWith('day,') && text;
  }, 'CSV on the clipboard');
  assert.match(copied, /^day,asked,shown,accepted\r\n\d+,\d+,\d+,\d+\r\n/);
});

test('all of it is reached by keys', async () => {
  const { editor } = started();
  const page = await opened(editor);
  await page.locator('[data-name="range 7"]').focus();
  const focused = () => page.locator(':focus').getAttribute('data-name');
  const order = [];
  for (let i = 0; i < 9; i++) {
    order.push(await focused());
    await editor.press('Tab');
  }
  const filters = ['feature', 'language', 'model', 'project', 'task'];
  // Clear Filters is off: there are none to clear.
  assert.deepEqual(order, ['range 7', 'range 30', 'range 90', 'range all', ...filters]);
  await page.locator('[data-name="range all"]').focus();
  await editor.press('Enter');
  await page.locator('[data-name="range all"][aria-pressed="true"]').waitFor();
  assert.equal(await focused(), 'range all');
});

test('what was chosen is kept while the dashboard is hidden', async () => {
  const { editor } = started();
  const page = await opened(editor);
  await page.locator('[data-name="range 90"]').click();
  await until(async () => (await page.locator('.told').innerText()).includes('Requests'), 'it is read');
  await editor.openFile('in_front.py', 'x = 1\n');
  await editor.runCommand('Symbiote: Dashboard');
  await page.locator('[data-name="range 90"][aria-pressed="true"]').waitFor();
  await card(page, 'shown').locator(ROWS).first().waitFor(); // what was a table is one still
  await editor.runCommand('View: Close Editor');
});

test('a month of work, as in the README', async () => {
  const { workbench, browser } = started();
  execFileSync(PYTHON, [MONTH, workbench.at('xdg', 'symbiote', 'ledger.sqlite3')]);
  const look = { viewport: { width: 1500, height: 1210 }, deviceScaleFactor: 1.5 };
  const editor = await Editor.open(workbench, browser, 'shop/inventory.py', SHOP, look);
  await editor.ready();
  await editor.runCommand('View: Toggle Primary Side Bar Visibility');
  const page = await opened(editor);
  await until(async () => (await card(page, 'silences').locator('li').count()) > 4, 'a month of silences');
  await page.locator('.card[data-name="compare"] .verdict').first().waitFor();
  await editor.page.mouse.move(0, 0);
  await pause(500);
  await editor.screenshot(picture('dashboard.png'));

  const month = await requests(page);
  await page.locator('select[data-name="language"]').selectOption('rust');
  const rust = await until(async () => (await requests(page)) < month && requests(page), 'only Rust');
  await page.locator('[data-name="range 7"]').click();
  await until(async () => (await requests(page)) < rust, 'only the last days');
  const offered = await page.locator('select[data-name="language"] option').allInnerTexts();
  assert.deepEqual(offered.slice(0, LANGUAGES.length), LANGUAGES); // those of earlier tests come after them
  await page.locator('[data-name="range 30"]').click();
  await page.locator('[data-name="clear"]').click();
  await until(async () => (await requests(page)) === month, 'all of it again');
});
