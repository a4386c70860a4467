import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { slowWords } from '../src/pure/latency';
import { menuRows } from '../src/pure/menu';
import { readout } from '../src/pure/readout';
import { english, speak } from '../src/pure/say';
import { tooltip } from '../src/pure/tooltip';
import { HERE, json, keysOf, places, said } from './sources';
import { READY, view } from './views';

const FRENCH = json('l10n/bundle.l10n.fr.json');
const MANIFEST = fs.readFileSync(path.join(HERE, 'package.json'), 'utf8');
const TITLES = json('package.nls.json');
const TITRES = json('package.nls.fr.json');

function french(work: () => void): void {
  speak((message, ...words) => english(FRENCH[message] ?? message, ...words));
  try {
    work();
  } finally {
    speak(english);
  }
}

test('every sentence has its French, and no French is left over', () => {
  assert.deepEqual([...said()].sort(), Object.keys(FRENCH).sort());
  assert.ok(said().size > 300, 'the sentences are found');
});

test('every title and setting has its English and its French', () => {
  const keys = [...keysOf(MANIFEST)].sort();
  assert.deepEqual(Object.keys(TITLES).sort(), keys);
  assert.deepEqual(Object.keys(TITRES).sort(), keys);
  assert.doesNotMatch(MANIFEST, /"(title|description|markdownDescription)": "(?!%)(?!Symbiote")/);
});

test('a translation fills the same places', () => {
  for (const [message, words] of Object.entries(FRENCH))
    assert.deepEqual(places(words), places(message), message);
});

test('French is set as French is: no blank that may break before high signs, typographic apostrophes', () => {
  for (const words of [...Object.values(FRENCH), ...Object.values(TITRES)]) {
    const prose = words.replaceAll(/`[^`]*`/g, '');
    assert.doesNotMatch(prose, / [;:?!%»]|« |\w'\w|\.\.\./, words);
    assert.doesNotMatch(prose, /\b(tu|ton|ta|tes|toi)\b/i, words);
  }
});

test('the status bar, its tooltip and its menu speak French', () => {
  french(() => {
    const slow = { late: 3, of: 20, missed: 0, stage: 'prefill' };
    assert.match(slowWords(slow), /3 des 20 dernières réponses/);
    assert.match(readout(view()).spoken, /^Symbiote\u00a0: dernière réponse en 34 millisecondes/);
    const text = tooltip(view({ status: { ...READY, lastSilence: 'low_confidence' } }));
    for (const words of ['Moteur', 'Acceptées aujourd’hui', 'lecture 20', 'trop peu sûr']) {
      assert.ok(text.includes(words), `${words} in ${text}`);
    }
    assert.ok(menuRows(view()).some(({ label }) => label.includes('Redémarrer le moteur')));
  });
  assert.match(tooltip(view()), /Engine/);
});

test('places are filled, and what has no word for it stays', () => {
  assert.equal(english('{1} of {0}{2}', 'a', 1), '1 of a{2}');
});
