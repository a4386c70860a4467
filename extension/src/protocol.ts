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
 * `excluded`: open documents that no model may read, by URI, and why. `providers` are those that are turned on, `spend` is null
 * without any, `outside` the last answer of this window that came from one, null before there was any. `recent` are the last
 * computed answers' milliseconds, oldest first, `stages` where that time went, `slow` says why half a second does not hold, null while it
 * does. The counts of today are those of all windows.
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
  mode: ModeParams;
  providers: ProviderStatus[];
  spend: SpendStatus | null;
  outside: OutsideAnswer | null;
  recent: number[];
  stages: StageStatus[];
  slow: SlowStatus | null;
  shownToday: number;
  acceptedToday: number;
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
 * of. `outside` is null for answers of the model on this machine.
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
  outside?: OutsideAnswer | null;
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
  providers: Record<string, unknown>;
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
 * to be loaded for it, 0 where it was there; the other times do not count that. `outside` is null for answers of the
 * model on this machine. `origin` is `computed`, or `remembered` where no model was asked: `rerun` asks one. `detail` then says
 * in which other words it was asked for before, "" for the same.
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
  outside?: OutsideAnswer | null;
  origin?: 'computed' | 'typed_through' | 'prefetched' | 'remembered';
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
 * What a second model says of one line, counted from the region's first one as the turn left it. `text` is one line of plain
 * text, at most 240 characters, without links.
 */
export interface Flag {
  line: number;
  severity: 'error' | 'warning' | 'note' | 'difference';
  text: string;
}

/**
 * Server to client, some time after the result of a turn, once, in modes with a second look: what somebody else than who
 * wrote it says of it. It changes nothing.
 *
 * No flags and no `problem`: nothing was found. `problem` is "" or a sentence that says why nobody looked. `by` is who
 * did, `outside` null for the model on this machine. No message comes when the next turn has begun, or this one was discarded.
 */
export interface RewriteReviewParams {
  rewrite: string;
  turn: number;
  flags: Flag[];
  by: string;
  problem: string;
  outside: OutsideAnswer | null;
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
 * Client to server: all keys that this window has, by the provider's name, each time they change.
 *
 * They count while the window is there, and are written nowhere.
 */
export interface KeysParams {
  keys: Record<string, string>;
}

/** `problems` are sentences about keys that cannot be used; none of them quotes a key. */
export interface KeysResult {
  problems: string[];
}

/** Client to server: ask the provider for a word, with the key that counts now. */
export interface TestKeyParams {
  provider: string;
}

/** `sentence` says what came of it and, where it did not work, what to do. */
export interface TestKeyResult {
  ok: boolean;
  sentence: string;
  ms: number;
}

/**
 * Client to server: the modes of this window for suggestions and for rewrites. With `local_only` nothing of it leaves this
 * machine, whatever the modes say.
 *
 * The same object as `initializationOptions.mode` counts before the first document.
 */
export interface ModeParams {
  complete: string;
  rewrite: string;
  localOnly: boolean;
}

/**
 * One that is turned on. `model` is that for suggestions, else that for rewrites; `state` is `ready`, `no key`, `resting`,
 * `blocked` or `capped`, and `why` a sentence where it is not ready. `p50_ms` is the time to its first text.
 */
export interface ProviderStatus {
  name: string;
  title: string;
  model: string;
  state: string;
  why: string;
  p50Ms: number | null;
}

/** In USD, of all windows; null where there is no cap. */
export interface SpendStatus {
  dayUsd: number;
  monthUsd: number;
  capDayUsd: number | null;
  capMonthUsd: number | null;
}

/** An answer that came from elsewhere. `usd` is null where no price is known. */
export interface OutsideAnswer {
  provider: string;
  title: string;
  model: string;
  promptTokens: number;
  cachedTokens: number;
  generatedTokens: number;
  usd: number | null;
  ms: number;
}

/** A stage of computed answers, in milliseconds: of the last one, and the median of the recent ones. */
export interface StageStatus {
  stage: string;
  lastMs: number;
  p50Ms: number;
}

/**
 * Of the last `of` asks that had to be computed `late` took over half a second, `missed` of them had no answer by the deadline.
 *
 * `stage` took most of the time: one of the stages, `provider`, or `unfinished` where no answer came.
 */
export interface SlowStatus {
  late: number;
  of: number;
  missed: number;
  stage: string;
}

/**
 * Client to server. `start` takes `feature`, `minutes` (may have a fraction) and `kind`; `interrupt` a `cause` (one of
 * `FlowCauses.known`, or words of one's own); `end` whether the feature is `complete` and has `tests` (null: not said).
 */
export interface FlowParams {
  action: 'start' | 'pause' | 'resume' | 'interrupt' | 'end' | 'state';
  feature?: string;
  minutes?: number;
  kind?: 'assistance' | 'baseline';
  cause?: string;
  complete?: boolean | null;
  tests?: boolean | null;
}

/**
 * Server to every window, whenever it changes, and the answer to each `symbiote/flow`. `session` is "" without one.
 *
 * `left_s` are seconds left of the planned time at that moment, 0 when it is over; the session goes on until it is ended.
 * `problem` is "" or says why what was asked for was not done. `ended` is the id of the session that an `end` has ended.
 */
export interface FlowStateParams {
  session: string;
  feature: string;
  kind: 'assistance' | 'baseline';
  leftS: number;
  paused: boolean;
  interruptions: number;
  problem?: string;
  ended?: string;
}

/** What an interruption may be put down to. */
export interface FlowCauses {
  known: ('slow_answer' | 'wrong_answer' | 'too_much_to_read' | 'trouble' | 'left_editor' | 'looked_something_up' | 'somebody_came' | 'other')[];
}

/** Client to server: the report of a session ("": of the last one that has ended). */
export interface FlowReportParams {
  session?: string;
}

/** `text` is Markdown, without `title`. `problem` is "" or why there is no report. */
export interface FlowReportResult {
  session: string;
  title: string;
  text: string;
  problem: string;
}

/** Window to server, while a session runs: whether the window has the focus, each time that changes. */
export interface FocusParams {
  focused: boolean;
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
