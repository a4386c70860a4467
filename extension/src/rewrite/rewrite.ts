import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type {
  Flag,
  RewriteOutcomeParams,
  RewriteProgressParams,
  RewriteResult,
  RewriteReviewParams,
} from '../protocol';
import { placeOf } from '../pure/flags';
import { moved, type Region } from '../pure/lines';
import { characters, differences, kept, undone, type Difference } from '../pure/review';
import { equal, Versions } from '../pure/versions';
import type { Server } from '../server';
import { Edits, toChange } from './edits';

/** What is asked for: a ready intention, words, or both. */
export interface Wish {
  name: string | null;
  intention: string;
}

export type Phase = 'waiting' | 'streaming' | 'review' | 'done';

/** One rewrite of some lines of a document: asked, streamed in, judged, asked again. */
export class Rewrite {
  readonly id = randomUUID();
  phase: Phase = 'waiting';
  progress: RewriteProgressParams | undefined;
  result: RewriteResult | undefined;
  /** What a second model said of the last turn. */
  review: RewriteReviewParams | undefined;
  /** The lines that it speaks of. */
  #reviewed: string[] = [];
  /** What follows when this turn has ended. */
  next: Wish | undefined;
  #region: Region | undefined;
  #base: string[] = [];
  #before: string[] = [];
  #versions = new Versions([]);
  #fresh: boolean[] = [];
  readonly #said: string[] = [];
  #wish: Wish = { name: null, intention: '' };
  #applied = Promise.resolve();
  /** Somebody else wrote in the lines: what came stays. */
  #disturbed = false;
  #source = new vscode.CancellationTokenSource();
  readonly #edits: Edits;

  constructor(
    readonly document: vscode.TextDocument,
    private readonly range: vscode.Range,
    private readonly server: Pick<Server, 'request' | 'notify'>,
    private readonly changed: (rewrite: Rewrite) => void,
  ) {
    this.#edits = new Edits(document);
  }

  get top(): number {
    return this.#region?.start ?? this.range.start.line;
  }

  /** Whether the lines are those that the last turn began with. */
  get isAsItWas(): boolean {
    return !this.document.isClosed && equal(this.#before, this.#now());
  }

  get isStopped(): boolean {
    return this.#source.token.isCancellationRequested;
  }

  get versions(): Versions {
    return this.#versions;
  }

  /** What was asked and what came, turn by turn, as Markdown. */
  get conversation(): string {
    return this.#said.join('\n\n');
  }

  /** What is not judged yet. */
  get differences(): Difference[] {
    return this.phase === 'review' ? differences(this.#base, this.#now()) : [];
  }

  /** What was said of lines that are still as they were, with the lines of the document. */
  get flags(): { line: number; flag: Flag }[] {
    const now = this.phase === 'review' ? this.#now() : [];
    return (this.review?.flags ?? []).flatMap((flag) => {
      const line = placeOf(this.#reviewed, now, flag.line);
      return line === undefined || line >= now.length ? [] : [{ line: this.top + line, flag }];
    });
  }

  /** Lines of the document that this turn has written so far. */
  get fresh(): number[] {
    return this.#fresh.flatMap((fresh, index) => (fresh ? [this.top + index] : []));
  }

  /** Asks, and lets the answer stream in. Ends in `review`, or in `done` when there is nothing to judge. */
  async ask(wish: Wish, rerun = false): Promise<RewriteResult | undefined> {
    this.#wish = wish;
    this.#source = new vscode.CancellationTokenSource();
    this.#disturbed = false;
    this.#fresh = [];
    this.#before = this.#now();
    this.progress = undefined;
    this.review = undefined;
    this.#enter('waiting');
    const { start, end } = this.#asked(); // a range of the editor's own becomes an array in JSON
    const params = {
      textDocument: { uri: this.document.uri.toString() },
      range: { start, end },
      rewrite: this.id,
      ...wish,
      rerun,
    };
    const result = await this.server.request<RewriteResult>('symbiote/rewrite', params, this.#source.token);
    await this.#applied;
    this.result = result ?? this.result;
    this.#reviewed = this.#now();
    this.#said.push(spoken(wish, this.document.languageId, result?.text ?? null));
    if (!result && !this.#isDisturbed()) await this.#put(this.#before);
    else this.#versions.keep(this.#now());
    this.#fresh = [];
    const unjudged = this.#region && !equal(this.#base, this.#now());
    this.#enter(unjudged && !result?.readOnly ? 'review' : 'done');
    return result;
  }

  /** Once more what was asked last, from the lines that it began with. */
  async again(): Promise<RewriteResult | undefined> {
    await this.#put(this.#before);
    return this.ask(this.#wish, true);
  }

  /** A piece of the answer; pieces are put in one after the other. */
  hear(news: RewriteProgressParams): void {
    this.#applied = this.#applied.then(() => this.#apply(news));
  }

  /** A second model has looked at what a turn wrote. */
  hearReview(news: RewriteReviewParams): void {
    if (this.phase !== 'review' || news.turn !== this.result?.turn) return;
    this.review = news;
    this.changed(this);
  }

  /** Ends the stream, at the end of a token; what it wrote is taken back. */
  stop(): void {
    if (this.phase !== 'waiting' && this.phase !== 'streaming') return;
    this.next = undefined;
    this.#source.cancel();
    const now = this.#now();
    this.#tell('stopped', this.phase === 'streaming' ? differences(this.#base, now) : [], now);
  }

  /** Somebody else changed the document. */
  edited(changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    let touched = false;
    for (const change of changes) {
      if (this.#edits.isOwn(change) || !this.#region) continue;
      const { touched: here, ...region } = moved(this.#region, toChange(change));
      this.#region = region;
      touched ||= here;
    }
    if (!touched) return;
    if (this.phase === 'streaming') this.#disturbed = true; // the server ends the stream and says so
    if (this.phase === 'review' && equal(this.#base, this.#now())) this.#leave('discarded', []);
    else this.changed(this);
  }

  keep(one: Difference): void {
    const now = this.#now();
    this.#base = kept(this.#base, now, one);
    this.#tell('kept', [one], now);
    if (equal(this.#base, now)) this.#enter('done');
    else this.changed(this);
  }

  async undo(one: Difference): Promise<void> {
    this.#tell('undone', [one], this.#now());
    await this.#put(undone(this.#now(), one));
    if (equal(this.#base, this.#now())) this.#enter('done');
    else this.changed(this);
  }

  acceptAll(): void {
    this.#leave('accepted', this.differences);
  }

  /** Back to what was there before, but for what was kept. */
  async undoAll(): Promise<void> {
    const all = this.differences;
    await this.#put(this.#base);
    this.#leave('discarded', all);
  }

  /** Shows the version before or after this one. */
  async step(by: -1 | 1): Promise<void> {
    this.#versions.keep(this.#now());
    const lines = this.#versions.step(by);
    if (!lines) return;
    await this.#put(lines);
    this.#tell('version', this.differences, lines);
    this.changed(this);
  }

  async #apply(news: RewriteProgressParams): Promise<void> {
    this.progress = news;
    if (news.region) this.#begin(news.region);
    const { at, remove, insert } = news;
    if (this.#region && !this.#ended && (remove || insert.length)) {
      if (!(await this.#splice(at, remove, insert))) {
        this.#source.cancel();
        return;
      }
      this.#fresh.splice(at, remove, ...insert.map(() => true));
    }
    if (this.phase === 'waiting') this.#enter('streaming');
    else this.changed(this);
  }

  /** The server has settled which lines it is about. */
  #begin(region: Region): void {
    const first = this.#region === undefined;
    this.#region = { start: region.start, end: region.end };
    this.#before = this.#now();
    this.#fresh = this.#before.map(() => false);
    if (!first) return;
    this.#base = this.#before;
    this.#versions = new Versions(this.#before);
  }

  async #splice(at: number, remove: number, insert: readonly string[]): Promise<boolean> {
    const where = () => ({ from: this.top + at, to: this.top + at + remove });
    if (!(await this.#edits.replace(where, insert)) || !this.#region) return false;
    this.#region = { ...this.#region, end: this.#region.end + insert.length - remove };
    return true;
  }

  async #put(lines: readonly string[]): Promise<void> {
    const { start, end } = this.#region ?? { start: 0, end: 0 };
    if (this.#region && !equal(lines, this.#now())) await this.#splice(0, end - start, lines);
  }

  /** As it is by now: after an assignment and a wait the compiler still takes the field for what was assigned. */
  #isDisturbed(): boolean {
    return this.#disturbed;
  }

  /** Nothing more is to be written. */
  get #ended(): boolean {
    return this.#disturbed || this.#source.token.isCancellationRequested;
  }

  #now(): string[] {
    return this.#region ? this.#edits.lines(this.#region.start, this.#region.end) : [];
  }

  /** The lines it is about; at first what was selected, which the server widens. */
  #asked(): vscode.Range {
    if (!this.#region) return this.range;
    const last = Math.max(this.#region.start, this.#region.end - 1);
    const { start, end } = this.document.validateRange(
      new vscode.Range(this.#region.start, 0, last, Number.MAX_SAFE_INTEGER),
    );
    return new vscode.Range(start, end);
  }

  #leave(kind: RewriteOutcomeParams['kind'], judged: readonly Difference[]): void {
    this.#tell(kind, judged, this.#now());
    this.#enter('done');
  }

  #tell(kind: RewriteOutcomeParams['kind'], judged: readonly Difference[], now: readonly string[]): void {
    const turn = this.progress?.turn ?? 0;
    const counts = { hunks: judged.length, characters: characters(now, judged) };
    this.server.notify('symbiote/rewriteOutcome', { rewrite: this.id, turn, kind, ...counts });
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    this.changed(this);
  }
}

function spoken({ name, intention }: Wish, language: string, text: string | null): string {
  const asked = [name, intention].filter(Boolean).join(': ');
  return text === null ? `**${asked}**` : `**${asked}**\n\n\`\`\`${language}\n${text}\n\`\`\``;
}
