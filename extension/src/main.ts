import * as vscode from 'vscode';
import { commands, registerAll, type Parts } from './commands';
import { disabledLanguages, isEnabled, SECTION, serverSettings } from './config';
import { Facts } from './facts';
import { FlowSession } from './flow';
import { Ghost } from './ghost';
import { Notices } from './notices';
import { Keys } from './outside/keys';
import { Providers } from './outside/providers';
import { Route } from './outside/route';
import { Dashboard } from './panel/dashboard';
import { Pause } from './pause';
import type { OutsideAnswer, StatusParams } from './protocol';
import type { Quiet, View } from './pure/view';
import { Rewrites } from './rewrite/rewrites';
import { Server } from './server';
import { StatusItem } from './status';
import { WhyPage } from './why';
import { speak, t } from './pure/say';

type Disposable = Pick<vscode.Disposable, 'dispose'>;

let server: Server | undefined;

/** Puts the parts together; each knows its own work. */
export function activate(context: vscode.ExtensionContext): void {
  speak((message, ...words) => vscode.l10n.t(message, ...words));
  const log = vscode.window.createOutputChannel('Symbiote', { log: true });
  const status = new vscode.EventEmitter<StatusParams>();
  const answers = new vscode.EventEmitter<OutsideAnswer | undefined>();
  const answered = (by: OutsideAnswer | undefined) => answers.fire(by);
  const ghost = new Ghost(log, answered);
  const route = new Route(context.globalState, context.workspaceState);
  server = new Server(context.globalStorageUri.fsPath, {
    log,
    settings: serverSettings,
    mode: () => route.params,
    inlineCompletion: ghost.inlineCompletion,
    onStatus: (news) => status.fire(news),
    onExtended: (news) => void ghost.extended(news),
    onRewriteProgress: (news) => rewrites.hear(news),
    onRewriteReview: (news) => rewrites.hearReview(news),
    onFlowState: (news) => flow.hear(news),
  });
  const rewrites = new Rewrites(server, context.globalState, answered);
  const keys = new Keys(context.secrets, server);
  const flow = new FlowSession(server, () => void ghost.hide());
  const pause = new Pause();
  const page = new WhyPage();
  const news = { status: status.event, answers: answers.event };
  const view = keepDrawn({ server, pause, route, ...news }, context.subscriptions);
  const providers = new Providers(keys, () => view().status?.providers ?? []);
  const readme = vscode.Uri.joinPath(context.extensionUri, 'readme.md');
  const dashboard = new Dashboard(server, context.extensionUri);
  const parts = { server, ghost, pause, route, page, dashboard, log, readme, view };
  context.subscriptions.push(
    ...[log, status, answers, server, keys, route],
    ...[pause, page, dashboard, rewrites, flow],
    registerAll({ ...commands(parts), ...rewrites.commands, ...providers.commands, ...flow.commands }),
    server.onDidChange((phase) => {
      if (phase === 'running')
        void keys.tell(); // a new server knows none
      else for (const part of [rewrites, flow]) part.forget();
    }),
    ...reactions(parts),
  );
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

interface Drawn {
  server: Server;
  pause: Pause;
  route: Route;
  status: vscode.Event<StatusParams>;
  /** Who gave what is shown now: undefined is the model on this machine. */
  answers: vscode.Event<OutsideAnswer | undefined>;
}

/** The status bar follows all that it shows. Returns what it shows at any moment. */
function keepDrawn({ server: from, pause, route, ...news }: Drawn, subscriptions: Disposable[]): () => View {
  const item = new StatusItem();
  let status: StatusParams | undefined;
  let outside: OutsideAnswer | undefined;
  const view = (): View => ({
    ...surroundings(pause, status),
    phase: from.phase,
    problem: from.problem,
    status,
    route: route.params,
    outside,
  });
  const draw = () => item.draw(view());
  const learn = (news: StatusParams | undefined) => {
    status = news;
    draw();
  };
  subscriptions.push(
    item,
    news.status(learn),
    news.answers((by) => {
      outside = by;
      draw();
    }),
    // The first status may come before the phase `running`; what a server that is gone has said is void.
    from.onDidChange((phase) => {
      if (phase !== 'running') outside = undefined;
      learn(phase === 'running' ? status : undefined);
    }),
    pause.onDidChange(draw),
    route.onDidChange(draw),
    vscode.window.onDidChangeActiveTextEditor(draw),
    vscode.workspace.onDidChangeConfiguration(draw),
  );
  return view;
}

/** What the extension does by itself, without a command. */
function reactions({ server: to, ghost, pause, route, view }: Parts): Disposable[] {
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
      if (phase === 'missing') void notices.tell('missing', to.problem, whenMissing());
      else if (phase !== 'restarting') notices.settle();
    }),
    to.onFailing((reason) => {
      void notices.tell(
        'failing',
        t("Symbiote's server keeps ending ({0}). It is being restarted.", reason),
        whenFailing(),
      );
    }),
    route.onDidChange(() => {
      to.notify('symbiote/mode', route.params);
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

const whenMissing = () => ({
  [t('Open Settings')]: () => vscode.commands.executeCommand('symbiote.openSettings'),
  [t('How to Install')]: () => vscode.commands.executeCommand('symbiote.howToInstall'),
});

const whenFailing = () => ({
  [t('Restart')]: () => vscode.commands.executeCommand('symbiote.restartServer'),
  [t('Show Log')]: () => vscode.commands.executeCommand('symbiote.showLog'),
});
