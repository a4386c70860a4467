import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { actionRows, keyRows, providerRows, turnOnRows } from '../src/pure/choices';
import { known, MODE_NAMES, modeRows, modeWords } from '../src/pure/modes';
import { PRESETS } from '../src/pure/presets';
import { keyProblem, leaves, providers, turnedOff, turnedOn } from '../src/pure/providers';
import { provider } from './views';

const OWN = { baseUrl: 'https://llm.example.org/v1', rewrite: 'm' };

test('the presets are those that the server knows, and say where a key is got where one is needed', () => {
  const file = fs.readFileSync('../models/providers.toml', 'utf8');
  const sections = file.split(/^\[providers\./m).slice(1);
  const found = sections.flatMap((section) => {
    const name = /^([\w-]+)\]/.exec(section)?.[1];
    const title = /^title = "(.*)"$/m.exec(section)?.[1] ?? '';
    return name ? [{ name, title, needsKey: /^key = /m.test(section) }] : [];
  });
  const here = PRESETS.map(({ name, title, keyFrom }) => ({ name, title, needsKey: keyFrom !== '' }));
  assert.deepEqual(here, found);
});

test('those that are on come first, limits are no provider', () => {
  const all = providers({ limits: { usdPerDay: 1 }, team: OWN, groq: true, openai: false });
  assert.deepEqual(
    all.slice(0, 3).map(({ name, isOn, isOwn }) => [name, isOn, isOwn]),
    [
      ['team', true, true],
      ['groq', true, false],
      ['cerebras', false, false],
    ],
  );
  assert.equal(all.length, PRESETS.length + 1);
  assert.equal(all.find(({ name }) => name === 'openai')?.isOn, false);
  assert.equal(providers({ team: { ...OWN, title: 'Team', key: false } })[0]?.needsKey, false);
  assert.equal(providers({ ollama: true })[0]?.needsKey, false);
});

test('turning one on or off leaves the others and the limits alone', () => {
  const before = { limits: { usdPerDay: 1 }, team: OWN };
  const on = turnedOn(before, 'groq');
  assert.deepEqual(on, { ...before, groq: true });
  assert.equal(turnedOn(on, 'groq'), on);
  assert.deepEqual(turnedOff(on, 'groq'), before);
});

test('what leaves the machine is one sentence', () => {
  assert.equal(leaves('Groq').split(/\.\s/).length, 1);
  assert.match(leaves('Groq'), /text around the cursor.*Groq.*excluded files stay here/);
});

test('a key is one word, and what is wrong with it does not quote it', () => {
  assert.equal(keyProblem(' gsk_abc-1 \n'), undefined);
  for (const bad of ['', '  ', 'two words', 'gsk_\u00e4', 'line\nbreak']) {
    const said = keyProblem(bad);
    assert.ok(said);
    assert.ok(!bad.trim() || !said.includes(bad));
  }
});

test('the page of providers marks those that are on and says how they stand', () => {
  const all = providers({ groq: true });
  const rows = providerRows(all, ['groq'], [provider({ state: 'resting', why: 'It rests.' })]);
  assert.deepEqual(
    { ...rows[0], provider: undefined },
    { label: '$(check) Groq', description: 'm, key kept', detail: 'It rests.', provider: undefined },
  );
  assert.match(rows[1]?.label ?? '', /circle-large-outline/);
  assert.equal(rows.at(-1)?.provider, undefined);
});

test('a server of the user\u2019s own is not deleted by turning it off', () => {
  const [own] = providers({ team: { ...OWN, key: false } });
  const [preset] = providers({ groq: true });
  assert.ok(own && preset);
  const actions = (...[one, hasKey]: Parameters<typeof actionRows>) =>
    actionRows(one, hasKey).map(({ action }) => action);
  assert.deepEqual(actions(own, false), ['test', 'settings']);
  assert.deepEqual(actions(preset, true), ['test', 'add', 'remove', 'off', 'settings']);
  assert.deepEqual(
    turnOnRows(preset).map(({ on }) => on),
    [true, false],
  );
  assert.equal(keyRows([preset], ['groq'])[0]?.description, 'on, key kept');
});

test('each mode says what it means for each feature, and the one that holds is marked', () => {
  for (const feature of ['complete', 'rewrite'] as const) {
    const rows = modeRows(feature, 'fast');
    assert.deepEqual(
      rows.map(({ label }) => label),
      ['$(check) fast', 'build', 'double-check'],
    );
    for (const { detail } of rows) assert.match(detail, /\.$/);
  }
  assert.equal(modeWords({ complete: 'build', rewrite: 'build', localOnly: false }), 'build');
  assert.equal(
    modeWords({ complete: 'fast', rewrite: 'double-check', localOnly: false }),
    'fast, rewrites double-check',
  );
});

test('what was remembered of modes is one that there is', () => {
  for (const bad of [undefined, null, 'slow', 3]) assert.equal(known(bad), 'build');
  for (const name of MODE_NAMES) assert.equal(known(name), name);
});

test('the modes are those that the server ships', () => {
  const file = fs.readFileSync('../server/symbiote/engine/remote/modes.toml', 'utf8');
  const names = [...file.matchAll(/^\[([\w-]+)\]$/gm)].map(([, name]) => name);
  assert.deepEqual(names, MODE_NAMES);
});
