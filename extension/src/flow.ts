import * as vscode from 'vscode';
import { Page } from './page';
import type { FlowParams, FlowReportResult, FlowStateParams } from './protocol';
import { about, CAUSES, minutesIn, timer, type Told } from './pure/flow';
import type { Server } from './server';
import { t } from './pure/say';

const words = () => ({
  name: t('Symbiote Flow Session'),
  feature: t('Which feature do you build?'),
  minutes: t('How many minutes?'),
  noMinutes: t('A number of minutes, up to 24 hours'),
  kind: t('With help?'),
  assistance: t('With help'),
  baseline: t('Baseline'),
  baselineDetail: t('No suggestions and no rewrites in any window until it ends; to compare with'),
  cause: t('What broke your flow?'),
  causeWords: t('In your words'),
  complete: t('Is the feature complete?'),
  tests: t('Are there tests for it?'),
  yes: t('Yes'),
  no: t('No'),
  over: (feature: string) => t('The planned time for {0} is over.', feature),
  end: t('End'),
  goOn: t('Go On'),
  logged: t('Interruption logged.'),
});
const MINUTES = '30';
const SAID_MS = 3_000;
const KEY = 'symbiote.flow';

/** The flow session, which all windows share: its timer, its commands, its report. */
export class FlowSession implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem('flow', vscode.StatusBarAlignment.Right, 99);
  readonly #page = new Page('symbiote-flow', t('Flow session'));
  readonly #windows: vscode.Disposable;
  #told: Told | undefined;
  #redraw: NodeJS.Timeout | undefined;
  /** The session whose end of time was told of. */
  #over = '';

  constructor(
    private readonly server: Pick<Server, 'request' | 'notify'>,
    private readonly onBaseline: () => void,
  ) {
    this.#item.name = words().name;
    this.#item.command = 'symbiote.flow.menu';
    this.#windows = vscode.window.onDidChangeWindowState(() => {
      this.#tellFocus();
    });
  }

  get commands(): Record<string, () => unknown> {
    return {
      'symbiote.flow.start': () => this.#start(),
      'symbiote.flow.pause': () => this.#act({ action: 'pause' }),
      'symbiote.flow.resume': () => this.#act({ action: 'resume' }),
      'symbiote.flow.interrupt': () => this.#interrupt(),
      'symbiote.flow.end': () => this.#end(),
      'symbiote.flow.report': () => this.#report(''),
      'symbiote.flow.menu': () => this.#menu(),
    };
  }

  /** What the server says of the session. */
  hear(state: FlowStateParams): void {
    const before = this.#told?.state;
    this.#told = { state, at: performance.now() };
    if (state.session !== '' && before?.session !== state.session) {
      this.#tellFocus();
      if (state.kind === 'baseline') this.onBaseline();
    }
    const phase = state.session === '' ? '' : state.paused ? 'paused' : 'running';
    void vscode.commands.executeCommand('setContext', KEY, phase);
    this.#draw();
  }

  /** There is no server to ask. A new one tells of a session by itself. */
  forget(): void {
    this.#told = undefined;
    void vscode.commands.executeCommand('setContext', KEY, '');
    this.#draw();
  }

  dispose(): void {
    clearTimeout(this.#redraw);
    this.#windows.dispose();
    this.#item.dispose();
    this.#page.dispose();
  }

  #draw(): void {
    clearTimeout(this.#redraw);
    const shown = this.#told && timer(this.#told, performance.now());
    if (!this.#told || !shown) {
      this.#item.hide();
      return;
    }
    this.#item.text = shown.text;
    this.#item.accessibilityInformation = { label: shown.spoken, role: 'button' };
    this.#item.tooltip = new vscode.MarkdownString(about(this.#told.state));
    this.#item.show();
    if (shown.next !== undefined) {
      this.#redraw = setTimeout(() => {
        this.#draw();
      }, shown.next);
    }
    if (shown.over) void this.#tellOver(this.#told.state);
  }

  /** Once a session, in the window that has the focus. */
  async #tellOver({ session, feature }: FlowStateParams): Promise<void> {
    if (this.#over === session || !vscode.window.state.focused) return;
    this.#over = session;
    const chosen = await vscode.window.showInformationMessage(
      words().over(feature),
      words().end,
      words().goOn,
    );
    if (chosen === words().end) await this.#end();
  }

  #tellFocus(): void {
    if (this.#told?.state.session) {
      this.server.notify('symbiote/focus', { focused: vscode.window.state.focused });
    }
  }

  async #start(): Promise<void> {
    const feature = await vscode.window.showInputBox({ title: words().name, prompt: words().feature });
    if (!feature?.trim()) return;
    const typed = await vscode.window.showInputBox({
      title: words().name,
      prompt: words().minutes,
      value: MINUTES,
      validateInput: (text) => (minutesIn(text) === undefined ? words().noMinutes : undefined),
    });
    const minutes = typed === undefined ? undefined : minutesIn(typed);
    if (minutes === undefined) return;
    const kinds = [
      { label: words().assistance, value: 'assistance' as const },
      { label: words().baseline, detail: words().baselineDetail, value: 'baseline' as const },
    ];
    const chosen = await vscode.window.showQuickPick(kinds, {
      title: words().name,
      placeHolder: words().kind,
    });
    if (chosen) await this.#act({ action: 'start', feature, minutes, kind: chosen.value });
  }

  async #interrupt(): Promise<void> {
    const rows = CAUSES.map(([cause, label]) => ({ label: t(label), cause }));
    const chosen = await vscode.window.showQuickPick(rows, {
      title: words().name,
      placeHolder: words().cause,
    });
    if (!chosen) return;
    const own = chosen.cause === 'other';
    const cause = own
      ? await vscode.window.showInputBox({ title: words().name, prompt: words().causeWords })
      : chosen.cause;
    if (cause === undefined || !(await this.#act({ action: 'interrupt', cause }))) return;
    vscode.window.setStatusBarMessage(words().logged, SAID_MS);
  }

  /** Escape at a question goes on with the session. */
  async #end(): Promise<void> {
    const complete = await yesOrNo(words().complete);
    if (complete === undefined) return;
    const tests = await yesOrNo(words().tests);
    if (tests === undefined) return;
    const answer = await this.#act({ action: 'end', complete, tests });
    if (answer) await this.#report(answer.ended ?? '');
  }

  async #report(session: string): Promise<void> {
    const found = await this.server.request<FlowReportResult>('symbiote/flowReport', { session });
    if (!found) return;
    if (found.problem) {
      void vscode.window.showWarningMessage(found.problem);
      return;
    }
    this.#page.write(`# ${found.title}\n\n${found.text}`);
    await this.#page.showDrawn();
  }

  async #menu(): Promise<void> {
    const paused = this.#told?.state.paused ?? false;
    const rows = [
      { label: `$(bell) ${t('Log an Interruption')}`, command: 'symbiote.flow.interrupt' },
      paused
        ? { label: `$(play) ${t('Resume')}`, command: 'symbiote.flow.resume' }
        : { label: `$(debug-pause) ${t('Pause')}`, command: 'symbiote.flow.pause' },
      { label: `$(check) ${t('End')}`, command: 'symbiote.flow.end' },
    ];
    const chosen = await vscode.window.showQuickPick(rows, { title: words().name });
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }

  /** Undefined where it was not done; why is told. */
  async #act(params: FlowParams): Promise<FlowStateParams | undefined> {
    const answer = await this.server.request<FlowStateParams>('symbiote/flow', params);
    if (answer?.problem) void vscode.window.showWarningMessage(answer.problem);
    return answer?.problem ? undefined : answer;
  }
}

async function yesOrNo(question: string): Promise<boolean | undefined> {
  const rows = [
    { label: words().yes, value: true },
    { label: words().no, value: false },
  ];
  const chosen = await vscode.window.showQuickPick(rows, { title: words().name, placeHolder: question });
  return chosen?.value;
}
