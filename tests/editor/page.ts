// The page that "Why nothing?" opens.
import type { Editor } from './editor.ts';
import { until } from './until.ts';

/** What the page beside the code says, as far as it is in view. */
export async function pageSays(editor: Editor, words: RegExp): Promise<string> {
  const group = editor.page.locator('.editor-group-container').filter({ hasText: 'Why nothing?' }).last();
  return until(async () => {
    const seen = (await group.locator('.view-lines').last().innerText()).replaceAll('\u00a0', ' ');
    return words.test(seen) && seen;
  }, `a page with ${words.source}`);
}

/** Reads pages in a window that has room for them, for only what is in view can be read; closes them afterwards. */
export async function withRoom(editor: Editor, work: () => Promise<void>): Promise<void> {
  const size = editor.page.viewportSize();
  await editor.page.setViewportSize({ width: 1_600, height: 1_400 });
  await work();
  await closePages(editor);
  if (size) await editor.page.setViewportSize(size);
}

export async function closePages(editor: Editor): Promise<void> {
  await editor.runCommand('View: Close Editors in Other Groups');
}
