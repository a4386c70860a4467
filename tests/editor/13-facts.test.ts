import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { pageSays, withRoom } from './page.ts';
import { started } from './shared.ts';
import { until } from './until.ts';

const SHOP = `export class Shop {
  readonly name: string = 'corner shop';

  total(price: number, quantity: number): number {
    return price * quantity;
  }
}
`;
const MAIN =
  "import { Shop } from './shop';\n\nexport const corner = new Shop();\nexport const wrong: number = corner.name;\n";

test('definitions from another file and problems near the cursor arrive when the cursor rests', async () => {
  const { workbench, editor } = started();
  fs.writeFileSync(workbench.file('shop.ts'), SHOP);
  fs.writeFileSync(workbench.file('tsconfig.json'), '{"compilerOptions": {"strict": true}}');
  const told = async () => {
    await editor.runCommand('Symbiote: Suggest Now');
    await editor.runCommand('Symbiote: Why Nothing?');
    const seen = (await pageSays(editor, /What was asked/)).replaceAll(/\s+/g, ' ');
    return /'Shop'. is defined in .'shop\.ts'., line 1/.test(seen) && seen.includes('A problem in line 4');
  };
  await withRoom(editor, () =>
    workbench.withMachineSettings({ 'symbiote.context': ['definitions'] }, async () => {
      await editor.openFile('main.ts', MAIN);
      await editor.type('corner.', 100);
      await until(told, 'a definition and a problem on the page', 60_000);
      assert.equal(await editor.toasts.count(), 0);
    }),
  );
});
