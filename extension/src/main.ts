import * as vscode from 'vscode';
import { commands, registerAll, type Parts } from './commands';
import { disabledLanguages, isEnabled, SECTION, serverSettings } from './config';
import { Facts } from './facts';
import { Ghost } from './ghost';
import { Notices } from './notices';
import { Dashboard } from './panel/dashboard';
import { Pause } from './pause';
import type { StatusParams } from './protocol';
import type { Quiet, View } from './pure/view';
import { Rewrites } from './rewrite/rewrites';
import { Server } from './server';
import { StatusItem } from './status';
import { WhyPage } from './why';

type Disposable = Pick<vscode.Disposable, 'dispose'>;

let server: Server | undefined;

/** Puts the parts together; each knows its own work. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Symbiote', { log: true });
  const status = new vscode.EventEmitter<StatusParams>();
  const ghost = new Ghost(log);
  const settings = { log, settings: serverSettings, inlineCompletion: ghost.inlineCompletion };
  server = new Server(context.globalStorageUri.fsPath, {
    ...settings,
    onStatus: (news) => status.fire(news),
    onExtended: (news) => void ghost.extended(news),
    onRewriteProgress: (news) => {
      rewrites.hear(news);
    },
  });
  const rewrites = new Rewrites(server, context.globalState);
  const pause = new Pause();
  const page = new WhyPage();
  const view = keepDrawn(server, pause, status.event, context.subscriptions);
  const readme = vscode.Uri.joinPath(context.extensionUri, 'readme.md');
  const dashboard = new Dashboard(server, context.extensionUri);
  const parts = { server, ghost, pause, page, dashboard, log, readme, view };
  context.subscriptions.push(
    log,
    status,
    server,
    pause,
    page,
    dashboard,
    rewrites,
    registerAll({ ...commands(parts), ...rewrites.commands }),
    server.onDidChange((phase) => {
      if (phase !== 'running') rewrites.forget();
    }),
    ...reactions(parts),
  );
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** The status bar follows all that it shows. Returns what it shows at any moment. */
function keepDrawn(
  from: Server,
  pause: Pause,
  onStatus: vscode.Event<StatusParams>,
  subscriptions: Disposable[],
): () => View {
  const item = new StatusItem();
  let status: StatusParams | undefined;
  const view = (): View => ({
    ...surroundings(pause, status),
    phase: from.phase,
    problem: from.problem,
    status,
  });
  const draw = () => item.draw(view());
  const learn = (news: StatusParams | undefined) => {
    status = news;
    draw();
  };
  subscriptions.push(
    item,
    onStatus(learn),
    // The first status may come before the phase `running`; what a server that is gone has said is void.
    from.onDidChange((phase) => learn(phase === 'running' ? status : undefined)),
    pause.onDidChange(draw),
    vscode.window.onDidChangeActiveTextEditor(draw),
    vscode.workspace.onDidChangeConfiguration(draw),
  );
  return view;
}

/** What the extension does by itself, without a command. */
function reactions({ server: to, ghost, pause, view }: Parts): Disposable[] {
  const notices = new Notices();
  const facts = new Facts(
    (params) => to.notify('symbiote/facts', params),
    () => to.phase === 'running' && view().quiet === undefined,
  );
  const tellPause = () => to.notify('symbiote/pause', pause.params);
  return [
    facts,
    to.onDidChange((phase) => {
      if (phase === 'running') {
        tellPause(); // a new server knows nothing of it
        facts.tellAgain();
      }
      if (phase === 'missing') void notices.tell('missing', to.problem, whenMissing);
      else if (phase !== 'restarting') notices.settle();
    }),
    to.onFailing((reason) => {
      void notices.tell(
        'failing',
        `Symbiote's server keeps ending (${reason}). It is being restarted.`,
        whenFailing,
      );
    }),
    pause.onDidChange(() => {
      tellPause();
      void ghost.hide();
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${SECTION}.server.python`)) void to.restart();
      else if (change.affectsConfiguration(SECTION)) {
        to.notify('workspace/didChangeConfiguration', { settings: { [SECTION]: serverSettings() } });
      }
    }),
  ];
}

function surroundings(
  pause: Pause,
  status: StatusParams | undefined,
): Pick<View, 'language' | 'quiet' | 'excluded'> {
  const document = vscode.window.activeTextEditor?.document;
  const excluded = (document && status?.excluded[document.uri.toString()]) ?? '';
  const quiet = quietFor(document?.languageId ?? '', pause) ?? (excluded ? 'excluded' : undefined);
  return { language: document?.languageId, quiet, excluded };
}

function quietFor(language: string, pause: Pause): Quiet | undefined {
  const paused = pause.params;
  if (!isEnabled()) return 'disabled';
  if (paused.all) return 'paused';
  if (disabledLanguages().includes(language)) return 'language disabled';
  return paused.languages.includes(language) ? 'language paused' : undefined;
}

const whenMissing = {
  'Open Settings': () => vscode.commands.executeCommand('symbiote.openSettings'),
  'How to Install': () => vscode.commands.executeCommand('symbiote.howToInstall'),
};

const whenFailing = {
  Restart: () => vscode.commands.executeCommand('symbiote.restartServer'),
  'Show Log': () => vscode.commands.executeCommand('symbiote.showLog'),
};
