import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, FIGURES, initial, naming, restored, since } from '../src/pure/report/choice';
import { csv } from '../src/pure/report/csv';
import { byName, chosen, type Table } from '../src/pure/report/figure';
import { Format } from '../src/pure/report/format';
import { difference, verdict, type Estimate } from '../src/pure/report/intervals';
import { names, withChosen } from '../src/pure/report/names';
import { page } from '../src/pure/report/page';
import { daily, daySpan, outcomes, roundSteps, shares, stacked } from '../src/pure/report/series';
import { filled } from '../src/pure/report/text';

const DAY = 86_400;

function figure(name: string, table: Table) {
  return { ...table, name, title: '', unit: '', value: null, n: 0, low: null, high: null, note: '' };
}

test('CSV: quotes, line ends, nulls, and nothing that a spreadsheet would run', () => {
  const rows = [
    ['plain', 1.5, null],
    ['a "b", c', -2, '=1+1'],
    ['two\nlines', 0, '@here'],
  ];
  const expected = 'a,b,c\r\nplain,1.5,\r\n"a ""b"", c",-2,\'=1+1\r\n"two\nlines",0,\'@here\r\n';
  assert.equal(csv({ columns: ['a', 'b', 'c'], rows }), expected);
});

test('days without rows are gaps', () => {
  const table = {
    columns: ['day', 'p50'],
    rows: [
      [DAY, 5],
      [3 * DAY, 7],
    ],
  };
  assert.deepEqual(daily(table, ['p50', 'no such']), {
    xs: [DAY, 2 * DAY, 3 * DAY],
    ys: [
      [5, null, 7],
      [null, null, null],
    ],
  });
  assert.deepEqual(daily(undefined, ['p50']), { xs: [], ys: [[]] });
});

test('a stack sums what is below, and keeps gaps', () => {
  const ys = [
    [1, null],
    [2, null],
    [null, 3],
  ];
  assert.deepEqual(stacked({ xs: [0, 1], ys }).ys, [
    [1, null],
    [3, null],
    [null, 3],
  ]);
});

test('shares of nothing are gaps; looks are joined by day', () => {
  assert.deepEqual(shares([1, null, 0], [4, 2, 0]), [0.25, 0, null]);
  const days = {
    columns: ['day', 'shown', 'accepted'],
    rows: [
      [0, 4, 1],
      [DAY, 0, 0],
    ],
  };
  const kept = { columns: ['day', 'after 30s', 'after 10m'], rows: [[0, 1, 0.5]] };
  assert.deepEqual(outcomes(days, kept).rows, [
    [0, 4, 1, 0.25, 1, 0.5],
    [DAY, 0, 0, null, null, null],
  ]);
});

test('axes: days have half a day beside them, steps are labelled at round values', () => {
  assert.deepEqual(daySpan([5 * DAY, 6 * DAY], 2 * DAY), [1.5 * DAY, 6.5 * DAY]);
  assert.deepEqual(daySpan([5 * DAY], null), [4.5 * DAY, 5.5 * DAY]);
  assert.deepEqual(roundSteps([4, 8, 16, 32], [1, 10, 30, 100]), [
    [1, 10],
    [2, 30],
  ]);
  assert.deepEqual(roundSteps([], [10]), []);
});

test('ranges begin with a day, and all time has no beginning', () => {
  const now = 100.4 * DAY;
  assert.deepEqual(
    (['today', '7', '30', 'all'] as const).map((range) => since(range, now)),
    [100 * DAY, 94 * DAY, 71 * DAY, null],
  );
  const choice = { ...initial(), filters: { language: 'rust' } };
  assert.deepEqual(asked(choice, now), {
    since: 71 * DAY,
    until: null,
    filters: { language: 'rust' },
    figures: FIGURES,
  });
  assert.deepEqual(naming(choice, now).filters, {});
});

test('what was kept is taken as far as it is usable', () => {
  for (const kept of [undefined, null, 7, [], { range: '31', filters: 3, tables: {}, pair: [1] }])
    assert.deepEqual(restored(kept), initial());
  const good = { range: '7', filters: { model: 'm' }, tables: ['days'], pair: ['a', 'b'] };
  assert.deepEqual(restored(good), good);
  assert.deepEqual(restored({ filters: { model: 4, task: '', other: 'x' } }).filters, {});
});

test('filters name what there is, and what is chosen though there is none of it', () => {
  const found = names(
    byName([
      figure('where', {
        columns: ['by', 'name'],
        rows: [
          ['language', 'python'],
          ['language', 'rust'],
          ['task', ''],
          ['task', 'main'],
        ],
      }),
      figure('models', {
        columns: ['feature', 'model'],
        rows: [
          ['complete', 'm'],
          ['rewrite', 'm'],
        ],
      }),
    ]),
  );
  const expected = { feature: ['complete', 'rewrite'], language: ['python', 'rust'], model: ['m'] };
  assert.deepEqual(found, { ...expected, project: [], task: ['main'] });
  const chosenTask = withChosen(found, { ...initial(), filters: { task: 'gone', language: 'rust' } });
  assert.deepEqual(chosenTask.task, ['main', 'gone']);
  assert.deepEqual(chosenTask.language, ['python', 'rust']);
});

test('columns are chosen by name', () => {
  const table = { columns: ['a', 'b'], rows: [[1, 2]] };
  assert.deepEqual(chosen(table, ['b', 'none']), { columns: ['b'], rows: [[2]] });
});

test('a difference of shares has the interval that Newcombe gives', () => {
  // His example (a): 56/70 less 48/80 is 0.2000, from 0.0524 to 0.3339.
  const a: Estimate = { value: 48 / 80, low: 0.4904, high: 0.7004, n: 80 };
  const b: Estimate = { value: 56 / 70, low: 0.6918, high: 0.8769, n: 70 };
  const { value, low, high } = difference(a, b);
  assert.ok(Math.abs(value - 0.2) < 1e-9);
  assert.ok(Math.abs(low - 0.0524) < 2e-4, String(low));
  assert.ok(Math.abs(high - 0.3339) < 2e-4, String(high));
  assert.equal(verdict(a, b), 'more');
  assert.equal(verdict(b, a), 'less');
  assert.equal(verdict(a, a), 'no difference');
  assert.equal(verdict(a, { ...b, n: 29 }), 'not enough');
});

test('numbers are written as the language does, whatever it is called', () => {
  const en = new Format('en');
  assert.equal(en.ms(44.31), '44.3 ms');
  assert.equal(en.ms(12_000), '12 s');
  assert.equal(en.percent(0.3847), '38.5%');
  assert.equal(en.usd(0.0004), '$0.0004');
  assert.equal(en.usd(3), '$3.00');
  assert.equal(en.cell(DAY, 'day'), 'Jan 2');
  assert.equal(en.cell(0.5, 'share'), '50%');
  assert.equal(en.cell(null, 'n'), '–');
  assert.equal(new Format('fr').number(1234.5).replaceAll(/\s/g, ' '), '1 235');
  assert.equal(new Format('not a language!').number(7), '7');
});

test('the page allows its own script and style sheet, and nothing else', () => {
  const parts = {
    script: 'https://x/p.js',
    style: 'https://x/p.css',
    source: 'https://x',
    nonce: 'N0',
    language: 'e"n',
  };
  const html = page(parts);
  assert.match(html, /default-src 'none'; script-src 'nonce-N0'; style-src https:\/\/x; form-action 'none'/);
  assert.doesNotMatch(html, /unsafe|style=|onload|<style|\*/);
  assert.match(html, /lang="e&quot;n"/);
});

test('values are put into a text', () => {
  assert.equal(filled('{0} of {1}, {2}', [3, 'four']), '3 of four, {2}');
});
