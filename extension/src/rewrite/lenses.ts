import * as vscode from 'vscode';
import type { RewriteResult } from '../protocol';
import { flagTitle, verdict } from '../pure/flags';
import { source, tokens } from '../pure/outside';
import { pace, times } from '../pure/speed';
import type { Rewrite } from './rewrite';
import { later, t } from '../pure/say';

/** What a row says, the command behind it, and more of it in the hover. */
type Part = readonly [title: string, command: string, tooltip?: string];

const ASKED_BEFORE = later('This was asked before, of the same lines; nobody was asked now.');

/** The rows above a rewrite and above each of its changes: what happens, and what can be done. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #registration = vscode.languages.registerCodeLensProvider({ scheme: '*' }, this);

  /** `of` knows the rewrite of a document, `explained` that which wrote a page. */
  constructor(
    private readonly of: (document: vscode.TextDocument) => Rewrite | undefined,
    private readonly explained: (document: vscode.TextDocument) => Rewrite | undefined,
  ) {}

  refresh(): void {
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const rewrite = this.of(document);
    if (!rewrite) return above(this.explained(document));
    if (rewrite.phase === 'review') return reviewed(rewrite);
    return rewrite.phase === 'done' ? [] : running(rewrite);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}

function running(rewrite: Rewrite): vscode.CodeLens[] {
  const { progress } = rewrite;
  const doing = progress?.tokens ? t('Rewriting, {0}', pace(progress)) : t('Reading');
  const after = rewrite.next ? t(', follow-up waits') : '';
  return row(rewrite.top, [
    [`$(loading~spin) ${doing}${after}`, ''],
    [t('Stop (Escape)'), 'symbiote.rewrite.stop'],
    [t('Follow up…'), 'symbiote.rewrite.followUp'],
  ]);
}

function reviewed(rewrite: Rewrite): vscode.CodeLens[] {
  const { result, review } = rewrite;
  const lenses = row(rewrite.top, [
    ...(result?.reason ? ([[`$(warning) ${result.detail}`, '']] as const) : []),
    ...(result ? provenance(result) : []),
    ...(review ? ([[verdict(review), '']] as const) : []),
    [`$(check-all) ${t('Accept All')}`, 'symbiote.rewrite.acceptAll'],
    [`$(discard) ${t('Undo All')}`, 'symbiote.rewrite.undoAll'],
    [t('Follow up…'), 'symbiote.rewrite.followUp'],
    [again(result), 'symbiote.rewrite.again'],
    ...steps(rewrite),
    ...(result && result.origin !== 'remembered' ? ([[speed(result), '']] as const) : []),
  ]);
  const uri = rewrite.document.uri;
  rewrite.differences.forEach((one, index) => {
    const line = rewrite.top + one.start;
    lenses.push(lens(line, [t('Keep'), 'symbiote.rewrite.keep'], [uri, index]));
    lenses.push(lens(line, [t('Undo'), 'symbiote.rewrite.undo'], [uri, index]));
  });
  for (const { line, flag } of rewrite.flags) lenses.push(lens(line, [flagTitle(flag), '', flag.text]));
  return lenses;
}

/** Above the page of an explanation. */
function above(rewrite: Rewrite | undefined): vscode.CodeLens[] {
  const result = rewrite?.phase === 'done' ? rewrite.result : undefined;
  if (!rewrite || !result) return [];
  const parts = provenance(result);
  if (parts.length === 0) return [];
  return [...row(0, parts), lens(0, [again(result), 'symbiote.rewrite.explainAgain'], [rewrite.id])];
}

/** Where an answer came from, unless it was just made by the model on this machine. */
function provenance(result: RewriteResult): Part[] {
  const parts: Part[] = [];
  if (result.origin === 'remembered') {
    parts.push([`$(history) ${t('Remembered')}`, '', result.detail || t(ASKED_BEFORE)]);
  }
  const { outside } = result;
  if (outside) parts.push([`$(cloud) ${source(outside)}`, 'symbiote.providers', tokens(outside)]);
  return parts;
}

function again(result: RewriteResult | undefined): string {
  return result?.origin === 'remembered' ? `$(refresh) ${t('Ask Again')}` : t('Again');
}

function speed(result: RewriteResult): string {
  return `${pace(result)}, ${times(result.firstTextMs, result.totalMs, result.loadingMs)}`;
}

function steps({ versions }: Rewrite): Part[] {
  const parts: Part[] = [];
  if (versions.place > 1) parts.push(['$(arrow-left)', 'symbiote.rewrite.earlier']);
  parts.push([`${versions.place}/${versions.count}`, '']);
  if (versions.place < versions.count) parts.push(['$(arrow-right)', 'symbiote.rewrite.later']);
  return parts;
}

function row(line: number, parts: readonly Part[]): vscode.CodeLens[] {
  return parts.map((part) => lens(line, part));
}

function lens(line: number, [title, command, tooltip]: Part, args: unknown[] = []): vscode.CodeLens {
  const shown = { title, command, arguments: args, ...(tooltip === undefined ? {} : { tooltip }) };
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), shown);
}
