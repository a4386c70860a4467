// Written by `python -m symbiote.wire.typescript` from server/symbiote/wire/protocol.py: change it there.
// What the extension and the daemon say to each other beside standard LSP.

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

export interface DocumentId {
  uri: string;
}

/** A position in the encoding that `initialize` agreed on. */
export interface Place {
  line: number;
  character: number;
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
