/** Names near a cursor, and the text of what a name stands for. */

export interface Name {
  name: string;
  line: number;
  character: number;
}

export const NAMES = 8;
/** Lines above the cursor's that are looked at. */
const ABOVE = 12;
export const TEXT_LINES = 40;
export const TEXT = 4_000;

const WORD = /[\p{L}_$][\p{L}\p{N}_$]+/gu;
/** Names in them stand for nothing. */
const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\/\/.*/g;
/** Words of so many languages that a provider need not be asked. */
const KEYWORDS = new Set(
  (
    'abstract and any as async await auto begin bool boolean break byte case catch char class const constexpr continue ' +
    'def default defer delete do double each elif else elsif end enum except export extends extern false final finally ' +
    'float fn for foreach from func function go goto if impl implements import in include inline int interface internal ' +
    'is let lambda local long loop match mod module mut namespace new nil not null nullptr number object of operator or ' +
    'override package pass private protected pub public raise readonly ref require return self short sizeof static ' +
    'string struct super switch template then this throw throws trait true try type typedef typename typeof undefined ' +
    'union unsigned until use using val var virtual void volatile when where while with yield'
  ).split(' '),
);

/** The last names before the cursor, the nearest first, each once. */
export function namesNear(lineAt: (line: number) => string, line: number, character: number): Name[] {
  const found = new Map<string, Name>();
  for (let at = line; at >= Math.max(0, line - ABOVE); at--) {
    const text = at === line ? lineAt(at).slice(0, character) : lineAt(at);
    const code = text.slice(0, 1_000).replace(QUOTED, (quoted) => ' '.repeat(quoted.length));
    for (const match of [...code.matchAll(WORD)].reverse()) {
      const [name] = match;
      if (KEYWORDS.has(name) || found.has(name)) continue;
      found.set(name, { name, line: at, character: match.index });
      if (found.size === NAMES) return [...found.values()];
    }
  }
  return [...found.values()];
}

/** The name that begins at a place, if one does. */
export function wordAt(line: string, character: number): string | undefined {
  const [word] = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(line.slice(character, character + 100)) ?? [];
  return word !== undefined && !KEYWORDS.has(word) ? word : undefined;
}

/**
 * The text of a definition that begins in line `start`: up to `end` where that is known (another line), else as far as
 * its lines are indented, with the bracket or word that closes them.
 */
export function definitionText(lines: readonly string[], start: number, end: number): string {
  const last = end > start ? end : endOfBlock(lines, start);
  const text = lines.slice(start, Math.min(last + 1, start + TEXT_LINES));
  return text.length > 0 ? `${text.join('\n').trimEnd()}\n`.slice(0, TEXT) : '';
}

function endOfBlock(lines: readonly string[], start: number): number {
  const margin = indentation(lines[start] ?? '');
  let last = start;
  for (let at = start + 1; at < Math.min(lines.length, start + TEXT_LINES); at++) {
    const line = lines[at] ?? '';
    if (line.trim() === '') continue;
    const deeper = indentation(line) > margin;
    if (!deeper && !(indentation(line) === margin && /^\s*([)\]}]|end\b|\{)/.test(line))) break;
    last = at;
    if (!deeper && !/^\s*\{/.test(line)) break;
  }
  return last;
}

function indentation(line: string): number {
  return line.length - line.trimStart().length;
}
