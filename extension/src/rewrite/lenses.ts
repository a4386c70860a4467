import * as vscode from 'vscode';
import { pace, times } from '../pure/speed';
import type { Rewrite } from './rewrite';

/** The rows above a rewrite and above each of its changes: what happens, and what can be done. */
export class Lenses implements vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #registration = vscode.languages.registerCodeLensProvider({ scheme: '*' }, this);

  constructor(private readonly of: (document: vscode.TextDocument) => Rewrite | undefined) {}

  refresh(): void {
    this.#changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const rewrite = this.of(document);
    if (!rewrite) return [];
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
  const doing = progress?.tokens ? `Rewriting, ${pace(progress)}` : 'Reading';
  const after = rewrite.next ? ', follow-up waits' : '';
  return row(rewrite.top, [
    [`$(loading~spin) ${doing}${after}`, ''],
    ['Stop (Escape)', 'symbiote.rewrite.stop'],
    ['Follow up…', 'symbiote.rewrite.followUp'],
  ]);
}

function reviewed(rewrite: Rewrite): vscode.CodeLens[] {
  const { result, versions } = rewrite;
  const steps: [string, string][] = [];
  if (versions.place > 1) steps.push(['$(arrow-left)', 'symbiote.rewrite.earlier']);
  steps.push([`${versions.place}/${versions.count}`, '']);
  if (versions.place < versions.count) steps.push(['$(arrow-right)', 'symbiote.rewrite.later']);
  const lenses = row(rewrite.top, [
    ...(result?.reason ? ([[`$(warning) ${result.detail}`, '']] as [string, string][]) : []),
    ['$(check-all) Accept All', 'symbiote.rewrite.acceptAll'],
    ['$(discard) Undo All', 'symbiote.rewrite.undoAll'],
    ['Follow up…', 'symbiote.rewrite.followUp'],
    ['Again', 'symbiote.rewrite.again'],
    ...steps,
    ...(result
      ? ([[`${pace(result)}, ${times(result.firstTextMs, result.totalMs, result.loadingMs)}`, '']] as [
          string,
          string,
        ][])
      : []),
  ]);
  const uri = rewrite.document.uri;
  rewrite.differences.forEach((one, index) => {
    const line = rewrite.top + one.start;
    lenses.push(lens(line, 'Keep', 'symbiote.rewrite.keep', [uri, index]));
    lenses.push(lens(line, 'Undo', 'symbiote.rewrite.undo', [uri, index]));
  });
  return lenses;
}

function row(line: number, parts: readonly [string, string][]): vscode.CodeLens[] {
  return parts.map(([title, command]) => lens(line, title, command));
}

function lens(line: number, title: string, command: string, args: unknown[] = []): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: args });
}
