import type { ModeParams, OutsideAnswer, StatusParams } from '../protocol';

/** Where the server process stands. `missing`: there is nothing to start. */
export type Phase = 'starting' | 'running' | 'restarting' | 'stopped' | 'missing';

/** Why the user wants no suggestions at the cursor. */
export type Quiet = 'paused' | 'language paused' | 'disabled' | 'language disabled' | 'excluded';

/** All that the status bar, the menu and "Why nothing?" are drawn from. */
export interface View {
  phase: Phase;
  /** What went wrong with the server process, or ''. */
  problem: string;
  status: StatusParams | undefined;
  quiet: Quiet | undefined;
  /** Why no model may read the active document, or ''. */
  excluded: string;
  /** Language id of the active editor. */
  language: string | undefined;
  /** Who may answer. */
  route: ModeParams;
  /** The newest answer of this window, if it came from a provider. */
  outside: OutsideAnswer | undefined;
}
