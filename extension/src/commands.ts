import * as vscode from 'vscode';
import { setLanguageDisabled } from './config';
import { editorCommands, severalCursors, type Ghost } from './ghost';
import { chooseEagerness, chooseMode, showMenu } from './menu';
import type { Route } from './outside/route';
import type { Dashboard } from './panel/dashboard';
import type { Pause } from './pause';
import type { ForgetLearnedResult, RestartEngineResult, WhyResult } from './protocol';
import { headline } from './pure/tooltip';
import type { View } from './pure/view';
import type { Server } from './server';
import { copyReproduction, type WhyPage } from './why';
import { later, t } from './pure/say';

export interface Parts {
  server: Server;
  ghost: Ghost;
  pause: Pause;
  route: Route;
  page: WhyPage;
  dashboard: Dashboard;
  log: vscode.LogOutputChannel;
  readme: vscode.Uri;
  view: () => View;
}

/** Every command of the extension and what it does. */
export function commands(parts: Parts): Record<string, () => unknown> {
  const { server, ghost, pause, route, log, view } = parts;
  return {
    'symbiote.menu': () => showMenu(view()),
    'symbiote.dashboard': () => parts.dashboard.show(),
    'symbiote.pause': () => pause.pause(),
    'symbiote.resume': () => pause.resume(),
    'symbiote.pauseLanguage': withLanguage((language) => pause.pauseLanguage(language)),
    'symbiote.resumeLanguage': withLanguage((language) => pause.resumeLanguage(language)),
    'symbiote.disableLanguage': withLanguage((language) => setLanguageDisabled(language, true)),
    'symbiote.allowLanguage': withLanguage((language) => setLanguageDisabled(language, false)),
    'symbiote.why': () => explainSilence(parts),
    'symbiote.copyReproduction': async () => copyReproduction(await lastAsk(parts)),
    'symbiote.restartEngine': () => restartEngine(parts),
    'symbiote.chooseEagerness': () => chooseEagerness(),
    'symbiote.chooseMode': () => chooseMode(route),
    'symbiote.toggleLocalOnly': () => route.toggleLocalOnly(),
    'symbiote.forgetLearned': () => forgetLearned(parts),
    'symbiote.restartServer': () => server.restart(),
    'symbiote.showLog': () => log.show(),
    'symbiote.openSettings': () =>
      vscode.commands.executeCommand('workbench.action.openSettings', '@ext:symbiote.symbiote-code'),
    'symbiote.howToInstall': () =>
      vscode.commands.executeCommand('markdown.showPreview', parts.readme.with({ fragment: 'installing' })),
    'symbiote.dismiss': async () => {
      server.notify('symbiote/dismissed', {});
      await ghost.hide();
    },
    'symbiote.hide': () => ghost.hide(),
    ...Object.fromEntries(
      Object.entries(editorCommands).map(([own, editors]) => [
        own,
        () => vscode.commands.executeCommand(editors),
      ]),
    ),
  };
}

export function registerAll(handlers: Record<string, (...args: never[]) => unknown>): vscode.Disposable {
  const registrations = Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, handler),
  );
  return vscode.Disposable.from(...registrations);
}

/** Runs `act` with the language of the active editor, if there is one. */
function withLanguage(act: (language: string) => unknown): () => unknown {
  return () => {
    const language = vscode.window.activeTextEditor?.document.languageId;
    return language === undefined ? undefined : act(language);
  };
}

const SEVERAL_CURSORS = later(
  'There is more than one cursor, and nothing is asked for while you type with several. Ask by hand (Alt+\\) to see one all the same.',
);

async function explainSilence(parts: Parts): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  if (document && severalCursors(document)) {
    await parts.page.tell({ title: t('Why nothing?'), text: t(SEVERAL_CURSORS) });
    return;
  }
  const answer = await lastAsk(parts);
  await parts.page.tell(
    answer ?? {
      title: t('Why nothing?'),
      text: t('There is no server to ask: {0}.', headline(parts.view())),
    },
  );
}

function lastAsk({ server }: Parts): Promise<WhyResult | undefined> {
  return server.request<WhyResult>('symbiote/why', {});
}

async function forgetLearned({ server, log }: Parts): Promise<void> {
  const answer = await server.request<ForgetLearnedResult>('symbiote/forgetLearned', {});
  if (answer?.ok) log.info('Forgotten what was learned about when to show.');
  else log.warn('What was learned was not forgotten.');
}

async function restartEngine({ server, log }: Parts): Promise<void> {
  const answer = await server.request<RestartEngineResult>('symbiote/restartEngine', {});
  if (!answer?.ok) log.warn('The engine was not restarted.');
}
