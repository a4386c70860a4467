// What the sources say to the user: the English of every t('…') and later('…').
import fs from 'node:fs';
import path from 'node:path';

/** Tests run in the folder of the extension. */
export const HERE = process.cwd();

const SAID = /(?<![\w.])(?:t|later)\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

/** Every literal that is handed to `t` or `later`, in all sources. */
export function said(): Set<string> {
  const found = new Set<string>();
  for (const file of sources()) {
    const code = fs.readFileSync(file, 'utf8');
    for (const [, single, double] of code.matchAll(SAID)) found.add(plain(single ?? double ?? ''));
  }
  return found;
}

export function json(name: string): Record<string, string> {
  return JSON.parse(fs.readFileSync(path.join(HERE, name), 'utf8')) as Record<string, string>;
}

/** The keys that a manifest refers to, as `%key%`. */
export function keysOf(manifest: string): Set<string> {
  return new Set([...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''));
}

/** The places in a text, `{0}` and so on, in order. */
export function places(text: string): string[] {
  return [...new Set(text.match(/\{\d+\}/g))].sort();
}

function sources(): string[] {
  const all = fs.readdirSync(path.join(HERE, 'src'), { recursive: true, encoding: 'utf8' });
  return all.filter((name) => name.endsWith('.ts')).map((name) => path.join(HERE, 'src', name));
}

function plain(literal: string): string {
  return literal.replace(/\\(.)/g, '$1');
}
