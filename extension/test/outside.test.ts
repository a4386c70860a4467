import assert from 'node:assert/strict';
import { test } from 'node:test';
import { menuRows } from '../src/pure/menu';
import { price, problems, source, spent, standing, tokens } from '../src/pure/outside';
import { readout } from '../src/pure/readout';
import { tooltip } from '../src/pure/tooltip';
import { ANSWER, provider, READY, view } from './views';

const SPEND = { dayUsd: 0.123, monthUsd: 2, capDayUsd: 1, capMonthUsd: null };

test('prices have as many digits as tell something', () => {
  const table: [number | null, string][] = [
    [null, 'price not known'],
    [0, '$0.00'],
    [0.5, '$0.50'],
    [12.345, '$12.35'],
    [0.0099, '$0.0099'],
    [0.000213, '$0.00021'],
    [0.0000999, '$0.00010'],
    [1e-9, 'under $0.000001'],
  ];
  for (const [usd, words] of table) assert.equal(price(usd), words);
});

test('an answer from outside is told with its source, tokens and price', () => {
  assert.equal(source(ANSWER), 'Groq, gpt-oss-120b, $0.00021');
  assert.equal(tokens(ANSWER), '1200 read (800 cached), 40 written');
  assert.equal(tokens({ ...ANSWER, cachedTokens: 0 }), '1200 read, 40 written');
});

test('what was spent is told with its caps', () => {
  assert.equal(spent(null), '');
  assert.equal(spent(SPEND), 'today $0.12 of $1.00, this month $2.00');
});

test('a provider stands in a few words', () => {
  assert.equal(standing(provider()), 'ready, first text after 202 ms');
  assert.equal(standing(provider({ p50Ms: null })), 'ready');
  assert.equal(standing(provider({ state: 'resting' })), 'resting');
  assert.equal(standing(provider({ state: 'blocked', why: 'The key is wrong.' })), 'The key is wrong.');
});

test('every state but ready has a next step', () => {
  const states = ['ready', 'no key', 'resting', 'blocked', 'capped', 'of a newer server'];
  const found = problems(states.map((state) => provider({ state })));
  assert.deepEqual(
    found.map(({ command }) => command.replace('symbiote.', '')),
    ['addKey', 'testKey', 'addKey', 'openProviders'],
  );
  for (const { detail } of found) assert.match(detail, /\.$/);
  assert.equal(problems([provider({ state: 'blocked', why: 'Why.' })])[0]?.detail, 'Why.');
});

test('the badge is in the status bar while the newest answer is from outside', () => {
  const shown = readout(view({ outside: ANSWER }));
  assert.equal(shown.text, '$(cloud) 312 ms · Groq');
  assert.equal(shown.spoken, 'Symbiote: answered by Groq in 312 ms');
  assert.equal(readout(view({ outside: ANSWER, quiet: 'paused' })).text, '$(circle-slash) paused');
});

test('without a model here nobody is warned as long as a provider answers', () => {
  const off = { ...READY, state: 'off' as const, reason: 'no model' };
  const ready = { ...off, providers: [provider()] };
  assert.equal(readout(view({ status: off })).warn, true);
  assert.equal(readout(view({ status: ready })).text, '$(cloud) Symbiote');
  assert.equal(readout(view({ status: ready, route: { ...READY.mode, localOnly: true } })).warn, true);
  const resting = { ...off, providers: [provider({ state: 'resting' })] };
  assert.equal(readout(view({ status: resting })).warn, true);
});

test('the tooltip says who answered, what it cost, how all stand, and what leaves', () => {
  const status = { ...READY, providers: [provider({ state: 'blocked', why: 'Key refused.' })], spend: SPEND };
  const route = { complete: 'fast', rewrite: 'build', localOnly: true };
  const text = tooltip(view({ status, route, outside: ANSWER })).replaceAll('\\', '');
  for (const part of [
    'Groq, gpt-oss-120b',
    '800 cached',
    '$0.00021',
    'today $0.12 of $1.00',
    '| Groq | Key refused. |',
    'fast, rewrites build',
    'nothing of this workspace',
  ]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  const quiet = tooltip(view());
  assert.doesNotMatch(quiet, /Answered by|Spent|Leaves/);
});

test('the menu offers the next step of a provider that cannot be asked', () => {
  const rows = (changes: object) =>
    menuRows(view({ status: { ...READY, providers: [provider(changes)], spend: SPEND } }));
  const refused = rows({ state: 'blocked', why: 'The key is wrong.' }).find(
    ({ label }) => label === '$(warning) Groq refuses',
  );
  assert.deepEqual(refused, {
    label: '$(warning) Groq refuses',
    command: 'symbiote.addKey',
    detail: 'The key is wrong.',
    arguments: ['groq'],
  });
  const capped = rows({ state: 'capped' }).find(({ label }) => label.includes('may spend no more'));
  assert.equal(capped?.command, 'symbiote.openProviders');
  assert.equal(capped.arguments, undefined);
  const page = rows({}).find(({ command }) => command === 'symbiote.providers');
  assert.equal(page?.detail, 'Groq · today $0.12 of $1.00, this month $2.00');
});

test('the menu says that nothing leaves, and marks a workspace that is kept here', () => {
  const row = (localOnly: boolean, command: string) =>
    menuRows(view({ route: { ...READY.mode, localOnly } })).find((each) => each.command === command);
  assert.equal(row(false, 'symbiote.providers')?.detail, 'None is on: nothing leaves this machine');
  assert.match(row(true, 'symbiote.toggleLocalOnly')?.label ?? '', /^\$\(check\)/);
  assert.match(row(false, 'symbiote.toggleLocalOnly')?.label ?? '', /^\$\(lock\)/);
});
