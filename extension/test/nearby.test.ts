import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionText, NAMES, namesNear, TEXT, TEXT_LINES, wordAt } from '../src/pure/nearby';

function names(text: string): string[] {
  const lines = text.split('\n');
  const line = lines.length - 1;
  return namesNear((at) => lines[at] ?? '', line, lines[line]?.length ?? 0).map(({ name }) => name);
}

test('the nearest names come first, each once, without keywords, strings and comments', () => {
  assert.deepEqual(names('import { Shop } from "./shop"; // of Things\nconst shop = new Shop(till'), [
    'till',
    'Shop',
    'shop',
  ]);
  assert.deepEqual(names("let x = 'a name' + été.größe"), ['größe', 'été']);
  assert.deepEqual(names(''), []);
});

test('a name is where it stands', () => {
  const [first] = namesNear(() => 'shop.total', 3, 10);
  assert.deepEqual(first, { name: 'total', line: 3, character: 5 });
});

test('what stands behind the cursor, far above or in an endless line is not looked at', () => {
  assert.deepEqual(
    namesNear(() => 'alpha beta', 0, 5).map(({ name }) => name),
    ['alpha'],
  );
  assert.deepEqual(names(`far\n${'\n'.repeat(20)}near`), ['near']);
  assert.equal(names('word '.repeat(100_000)).length, 1);
  const many = Array.from({ length: 99 }, (_, i) => `name${i}`).join(' ');
  assert.equal(names(many).length, NAMES);
});

test('the name that begins at a place', () => {
  assert.equal(wordAt('export class Shop {', 13), 'Shop');
  assert.equal(wordAt('export class Shop {', 0), undefined);
  assert.equal(wordAt('', 5), undefined);
});

const CLASS = [
  'export class Shop {',
  '  total(): number {',
  '    return 1;',
  '  }',
  '',
  '}',
  'export const other = 1;',
];

test('a definition is as long as the editor says, else as its lines are indented', () => {
  assert.equal(definitionText(CLASS, 1, 3), '  total(): number {\n    return 1;\n  }\n');
  assert.equal(definitionText(CLASS, 0, 0), `${CLASS.slice(0, 6).join('\n')}\n`);
  assert.equal(definitionText(CLASS, 1, 1), '  total(): number {\n    return 1;\n  }\n');
  assert.equal(definitionText(CLASS, 6, 6), 'export const other = 1;\n');
  assert.equal(
    definitionText(['int main()', '{', '  return 0;', '}', 'int x;'], 0, 0),
    'int main()\n{\n  return 0;\n}\n',
  );
  assert.equal(definitionText(['def total', '  1', 'end', 'x'], 0, 0), 'def total\n  1\nend\n');
});

test('a definition has its bounds, and a file that is gone or shorter by now has none', () => {
  const long = Array.from({ length: 999 }, () => '  line');
  assert.equal(definitionText(long, 0, 998).split('\n').length, TEXT_LINES + 1);
  assert.equal(definitionText(['x'.repeat(99_999)], 0, 0).length, TEXT);
  assert.equal(definitionText([], 5, 5), '');
  assert.equal(definitionText(['a'], 5, 9), '');
});
