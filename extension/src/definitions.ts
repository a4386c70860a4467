import * as vscode from 'vscode';
import type { DefinitionFact } from './protocol';
import { definitionText, namesNear, TEXT_LINES, wordAt, type Name } from './pure/nearby';

/** The server looks at Python by itself. */
const KNOWN_TO_SERVER = ['python'];
/** Longer files are generated. */
const LARGEST_BYTES = 500_000;
/** A provider that takes longer, because it is starting as likely as not, is left alone for a while. */
const PATIENCE_MS = 5_000;
export const RETRY_MS = 10_000;
const MOST = 8;
/** What TypeScript says of its own library, every model knows. */
const LIBRARY = /\/typescript\/lib\/lib\.[\w.]+\.d\.ts$/;

type Found = vscode.Location | vscode.LocationLink;

interface Target {
  uri: vscode.Uri;
  start: number;
  end: number;
  named: vscode.Position;
}

let restUntil = 0;

/**
 * What the editor's own language support knows of the names near the cursor, as far as it is written in other files:
 * definitions, and of names defined here those of their types. One question at a time; it ends when it is `stale`.
 * Undefined where a provider takes too long.
 */
export async function readDefinitions(
  document: vscode.TextDocument,
  at: vscode.Position,
  stale: () => boolean,
): Promise<DefinitionFact[] | undefined> {
  if (KNOWN_TO_SERVER.includes(document.languageId)) return [];
  const found = new Map<string, DefinitionFact>();
  const files = new Map<string, Promise<readonly string[]>>();
  for (const name of namesNear((line) => document.lineAt(line).text, at.line, at.character)) {
    for (const target of await targets(document, name, stale)) {
      if (stale() || found.size >= MOST) return [...found.values()];
      const uri = target.uri.toString();
      const key = `${uri} ${target.start}`;
      if (found.has(key)) continue;
      const lines = files.get(uri) ?? linesOf(target.uri);
      files.set(uri, lines);
      const all = await lines;
      const text = definitionText(all, target.start, target.end);
      if (!text.trim()) continue;
      // Of a variable defined here it is the type that is told, under its own name.
      const own = wordAt(all[target.named.line] ?? '', target.named.character);
      found.set(key, { name: own ?? name.name, uri, line: target.start, text });
    }
    if (stale()) break;
    if (performance.now() < restUntil) return undefined;
  }
  return [...found.values()];
}

/** Where in other files a name is defined, or, if it is defined here, its type is. */
async function targets(
  document: vscode.TextDocument,
  { line, character }: Name,
  stale: () => boolean,
): Promise<Target[]> {
  const place = new vscode.Position(line, character);
  for (const command of ['vscode.executeDefinitionProvider', 'vscode.executeTypeDefinitionProvider']) {
    if (stale() || performance.now() < restUntil) return [];
    const asked = vscode.commands.executeCommand<Found[]>(command, document.uri, place);
    const found = ((await inTime(asked)) ?? []).map(target);
    const others = found.filter(({ uri }) => uri.toString() !== document.uri.toString());
    if (others.length > 0) return others.filter(({ uri }) => !LIBRARY.test(uri.path)).slice(0, 2);
  }
  return [];
}

function target(found: Found): Target {
  const [uri, range] = 'targetUri' in found ? [found.targetUri, found.targetRange] : [found.uri, found.range];
  const named = ('targetSelectionRange' in found ? found.targetSelectionRange : undefined) ?? range;
  const end = Math.min(range.end.line, range.start.line + TEXT_LINES);
  return { uri, start: range.start.line, end, named: named.start };
}

async function inTime<Result>(asked: Thenable<Result>): Promise<Result | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      restUntil = performance.now() + RETRY_MS;
      resolve(undefined);
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([asked, late]);
  } catch {
    return undefined; // a provider's own failure
  } finally {
    clearTimeout(timer);
  }
}

/** From an open document, else from the disk: opening a document would tell every extension of it. */
async function linesOf(uri: vscode.Uri): Promise<readonly string[]> {
  const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  if (open) return open.getText().split(/\r\n|\r|\n/);
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (!(type & vscode.FileType.File) || size > LARGEST_BYTES) return [];
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.includes(0) ? [] : new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  } catch {
    return []; // gone meanwhile
  }
}
