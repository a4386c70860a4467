import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageSays, withRoom } from './page.ts';
import { started } from './shared.ts';

/** Only the first cell has the name, and the model is sure of it. */
const FIRST = 'inventory_total = 1\n' + 'print(inventory_total)\n'.repeat(4);
const LAST = 'print(inv';

function notebook(...cells: { type: 'code' | 'markdown'; source: string }[]): string {
  const made = cells.map(({ type, source }, i) => ({
    cell_type: type,
    id: `cell-${i}`,
    metadata: {},
    source,
    ...(type === 'code' ? { execution_count: null, outputs: [] } : {}),
  }));
  const metadata = { language_info: { name: 'python' } };
  return JSON.stringify({ cells: made, metadata, nbformat: 4, nbformat_minor: 5 });
}

test('a cell of a notebook has ghost text that knows the cells above', async () => {
  const { editor } = started();
  const text = notebook(
    { type: 'code', source: FIRST },
    { type: 'markdown', source: 'Make a point.' },
    { type: 'code', source: '' },
  );
  await withRoom(editor, async () => {
    await editor.openNotebook('points.ipynb', text);
    await editor.type(LAST);
    const ghost = await editor.settledGhost();
    assert.match(ghost, /^entory_total/);
    await editor.runCommand('Symbiote: Why Nothing?');
    await pageSays(editor, /python,\s+line\s+1,\s+column\s+10/); // as the cell counts

    await editor.press('Escape');
    for (let i = 0; i < 2; i++) await editor.runCommand('Notebook: Move Cell Up');
    await editor.focusCell('first');
    await editor.press('ArrowLeft'); // the editor has closed the bracket
    await editor.type('e');
    await editor.runCommand('Symbiote: Suggest Now');
    await editor.runCommand('Symbiote: Why Nothing?');
    const alone = await pageSays(editor, /column\s+11/);
    assert.match(alone, /look\s+things\s+up\s+in\s+10\s+characters/); // nothing is above it now
    assert.equal(await editor.toasts.count(), 0);
  });
  await editor.runCommand('View: Revert and Close Editor'); // without a question whether to save
});
