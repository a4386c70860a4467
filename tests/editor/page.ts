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
