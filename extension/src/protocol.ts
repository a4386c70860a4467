// Written by `python -m symbiote.wire.typescript` from server/symbiote/wire/protocol.py: change it there.
// What the extension and the daemon say to each other beside standard LSP.

export interface DocumentId {
  uri: string;
}

/** A position in the encoding that `initialize` agreed on. */
export interface Place {
  line: number;
  character: number;
}

/** From `start` up to, not including, `end`, as LSP has it. */
export interface Span {
  start: Place;
  end: Place;
}

/** Whole lines of a document, from `start` up to, not including, `end`; they count from 0. */
export interface Lines {
  start: number;
  end: number;
}

/**
 * Server to window, whenever it changes, at most twice a second.
 *
 * `excluded`: open documents that no model may read, by URI, and why.
 */
export interface StatusParams {
  state: 'starting' | 'loading' | 'ready' | 'off';
  reason: string;
  engine: string;
  model: string;
  device: string;
  threads: number;
  memoryMb: number;
  lastMs: number | null;
  p50Ms: number | null;
  p99Ms: number | null;
  computed: number;
  shown: number;
  accepted: number;
  lastSilence: string | null;
  paused: boolean;
  excluded: Record<string, string>;
}

/** Window to server: the whole pause of this window, each time it changes. */
export interface PauseParams {
  all: boolean;
  languages: string[];
}

/** A problem near the cursor. `line` counts from 0, `severity` from 1 (error) to 4 (hint). */
export interface DiagnosticFact {
  line: number;
  message: string;
  severity: number;
  source: string;
}

/** What a name near the cursor stands for, from another file: its text, and where that begins. */
export interface DefinitionFact {
  name: string;
  uri: string;
  line: number;
  text: string;
}

/**
 * Window to server: what only the editor knows of an open document, all of it, each time it changes.
 *
 * `clipboard` is empty unless the user allowed it.
 */
export interface FactsParams {
  uri: string;
  diagnostics: DiagnosticFact[];
  definitions: DefinitionFact[];
  clipboard: string;
}

/** `uid` is an id of the client's own: told twice, an event is noted once. `kind` and the rest: docs/protocol.md. */
export interface ToldEvent {
  uid: string;
  kind: string;
  agoMs?: number;
  ask?: string | null;
  value?: number | null;
  cause?: string;
}

/** Window to server: what happened there, to be kept. What is not answered for is sent again. */
export interface EventsParams {
  events: ToldEvent[];
}

/** `kept` are the ids of those that are on the disk by now, `refused` of those that never will be. */
export interface EventsResult {
  kept: string[];
  refused: string[];
}

/**
 * Markdown, for a human; it quotes the document that was asked about.
 *
 * `reproduction` is a hole, a line of JSON that `symbiote evaluate` can run; null where the engine was not asked.
 */
export interface WhyResult {
  title: string;
  text: string;
  reproduction: string | null;
}

export interface RestartEngineResult {
  ok: boolean;
}

export interface ForgetLearnedResult {
  ok: boolean;
}

/**
 * Server to window: there is more of a suggestion by now. Asked again at the same place, the answer is longer.
 *
 * `suggestion` is its id, the argument of the command `symbiote.accepted`. Only for the document's `version`, and
 * while the cursor is at `position`.
 */
export interface ExtendedParams {
  uri: string;
  version: number;
  position: Place;
  suggestion: string;
}

/**
 * One completion with its costs, for the command line and the benchmarks.
 *
 * It counts as asked for by hand, and so is never held back for want of confidence, unless `automatic`.
 */
export interface CompleteParams {
  textDocument: DocumentId;
  position: Place;
  explain?: boolean;
  automatic?: boolean;
}

/**
 * `text` is null for a silence, `origin` then too; `reason` is null for a suggestion.
 *
 * `detail` says more about a silence: with `explain`, in whole sentences. `confidence` is the
 * log-probability of the whole suggestion (nats); `covers` counts the code points behind the cursor that `text` takes the place
 * of.
 */
export interface CompleteResult {
  schema: number;
  id: string;
  text: string | null;
  origin: string | null;
  reason: string | null;
  detail: string;
  engine: string;
  model: string;
  timing_ms: Record<string, number>;
  tokens: Record<string, number>;
  confidence?: number | null;
  covers?: number;
}

export interface StopResult {
  ok: boolean;
}

/** What a client may send as `initializationOptions.settings` and in `didChangeConfiguration`. */
export interface ServerSettings {
  enabled: boolean;
  disabledLanguages: string[];
  deadlineMs: number;
  context: string[];
  eagerness: 'quiet' | 'normal' | 'eager' | 'onKey';
  stringsAndComments: 'both' | 'strings' | 'comments' | 'neither';
  learnWhenToShow: boolean;
  model: string;
  rewriteModel: string;
  gpuLayers: number;
  threads: number;
  contextTokens: number;
  logLevel: string;
}

/**
 * Client to server: rewrite these lines. Answered when the stream has ended.
 *
 * `rewrite` is an id of the client's choice (a UUID); with the same id it is a follow-up, which goes on from the lines as
 * the document has them now. An empty range means the enclosing block. `name` is a ready intention (null: none),
 * `intention` are the user's words, which may be empty with a name. `rerun` asks once more for what the last turn was
 * asked; the client has put the lines back before.
 */
export interface RewriteParams {
  textDocument: DocumentId;
  range: Span;
  rewrite: string;
  intention?: string;
  name?: string | null;
  rerun?: boolean;
}

/**
 * Lines that differ: `old_text` of the region before, which are `old_lines` from `old_start` on, are `new_lines` from
 * `new_start` on now. Both count from the region's first line. One of the two numbers may be 0.
 */
export interface Hunk {
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  oldText: string[];
}

/**
 * How one turn (1, 2, …) ended. `region` are the lines it was about, as they were when it was asked.
 *
 * `reason` is null when the model came to an end by itself; else why nothing came, or why it ended early, and `detail` says
 * it in a sentence. `text` is what came, lines with `\n`, without one at the end; null when nothing did. Of a
 * read-only intention `text` is the answer in Markdown and there are no hunks. `first_text_ms` is null without any
 * text; `drafted_share` is the share of the tokens (0 to 1) that came from drafts. `loading_ms` is how long the model had
 * to be loaded for it, 0 where it was there; the other times do not count that.
 */
export interface RewriteResult {
  schema: number;
  rewrite: string;
  turn: number;
  region: Lines;
  text: string | null;
  reason: string | null;
  detail: string;
  readOnly: boolean;
  engine: string;
  model: string;
  hunks: Hunk[];
  firstTextMs: number | null;
  totalMs: number;
  tokensPerSecond: number;
  draftedShare: number;
  loadingMs: number;
  timing_ms: Record<string, number>;
  tokens: Record<string, number>;
}

/**
 * Server to client: replace `remove` lines of the region from its line `at` on by the lines `insert`.
 *
 * To be applied in their order. The first message of a turn comes before any text and gives the `region`; it is null in
 * the others. `settled` lines of the region are final. `explanation` is more text of a read-only answer, else "".
 */
export interface RewriteProgressParams {
  rewrite: string;
  turn: number;
  region: Lines | null;
  at: number;
  remove: number;
  insert: string[];
  settled: number;
  tokens: number;
  tokensPerSecond: number;
  draftedShare: number;
  explanation: string;
}

/** Client to server: the user is typing an intention for these lines. The model may read ahead. */
export interface RewriteWarmParams {
  textDocument: DocumentId;
  range: Span;
  name?: string | null;
  intention?: string;
}

/** Client to server: what became of a turn. `hunks` and `characters` (of new text) count what `kind` is about. */
export interface RewriteOutcomeParams {
  rewrite: string;
  turn: number;
  kind: 'kept' | 'undone' | 'accepted' | 'discarded' | 'stopped' | 'version';
  hunks?: number;
  characters?: number;
}

/**
 * A ready intention. `kind` is LSP's code action kind; `asks` says that it needs words of the user as well, `own` that
 * the file is the user's.
 */
export interface Intention {
  name: string;
  title: string;
  description: string;
  kind: string;
  readOnly: boolean;
  asks: boolean;
  own: boolean;
}

/** A next step: run the editor's `command`. */
export interface Button {
  title: string;
  command: string;
  arguments: string[];
}

/** Client to server: what can be asked for in this language ("": in any)? */
export interface IntentionsParams {
  language?: string;
}

/** `problem` is "" or says in one sentence why no rewrite is possible now and what to do; `buttons` do it. */
export interface IntentionsResult {
  intentions: Intention[];
  problem: string;
  buttons: Button[];
}

/**
 * Window to server: what was measured from `since` up to, not including, `until` (Unix seconds; null: no bound).
 *
 * `filters` choose rows by `feature`, `language`, `engine`, `model`, `project` and `task`; `figures` are names of figures,
 * none means all.
 */
export interface ReportParams {
  since?: number | null;
  until?: number | null;
  filters: Record<string, string>;
  figures: string[];
}

/**
 * One figure: `value` in `unit` (null without any rows), of `n` rows, with its 95 % interval where it has one; its
 * parts are `rows` under `columns`.
 */
export interface ReportFigure {
  name: string;
  title: string;
  unit: string;
  value: number | null;
  n: number;
  low: number | null;
  high: number | null;
  columns: string[];
  rows: ((string | number | null)[])[];
  note: string;
}

/** `problem` is "" or a sentence that says why there are no figures. */
export interface ReportResult {
  schema: number;
  problem: string;
  figures: ReportFigure[];
}
