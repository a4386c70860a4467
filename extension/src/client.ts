import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
  type Middleware,
} from 'vscode-languageclient/node';
import { SCHEMES } from './config';
import type { ServerProcess } from './launch';
import type { ExtendedParams, RewriteProgressParams, ServerSettings, StatusParams } from './protocol';

/** The one file that knows vscode-languageclient. */

const DOCUMENTS = SCHEMES.map((scheme) => ({ scheme }));
const START_MS = 30_000;
const STOP_MS = 1_500;

export interface Conversation {
  notify(method: string, params: object): void;
  /** Undefined when the server cannot answer, and when it was withdrawn. */
  request<Result>(
    method: string,
    params: object,
    token?: vscode.CancellationToken,
  ): Promise<Result | undefined>;
  /** Says goodbye, within bounded time. The process may still have to be ended. */
  close(): Promise<void>;
}

export interface ConversationOptions {
  log: vscode.LogOutputChannel;
  settings: () => ServerSettings;
  inlineCompletion: NonNullable<Middleware['provideInlineCompletionItems']>;
  onStatus: (status: StatusParams) => void;
  onExtended: (news: ExtendedParams) => void;
  onRewriteProgress: (news: RewriteProgressParams) => void;
}

/** Opens the language server protocol on a fresh process. Rejects when the process does not answer. */
export async function converse(process: ServerProcess, options: ConversationOptions): Promise<Conversation> {
  const client = new QuietClient('symbiote', 'Symbiote', () => streams(process), clientOptions(options));
  client.onNotification('symbiote/status', options.onStatus);
  client.onNotification('symbiote/extended', options.onExtended);
  client.onNotification('symbiote/rewriteProgress', options.onRewriteProgress);
  const close = async () => {
    await client.dispose(STOP_MS).catch((error: unknown) => {
      options.log.debug(`closing: ${String(error)}`);
    });
  };
  try {
    await Promise.race([client.start(), refuseAfter(START_MS)]);
  } catch (error) {
    void close();
    throw error;
  }
  return {
    close,
    notify: (method, params) => {
      client.sendNotification(method, params).catch((error: unknown) => {
        options.log.debug(`${method} not sent: ${String(error)}`);
      });
    },
    request: async <Result>(method: string, params: object, token?: vscode.CancellationToken) => {
      try {
        // A token that is undefined would be sent as a second parameter.
        return await client.sendRequest<Result>(method, params, ...(token ? [token] : []));
      } catch (error) {
        if (!token?.isCancellationRequested) options.log.warn(`${method} failed: ${String(error)}`);
        return undefined;
      }
    },
  };
}

/** Failures belong to the log and the status bar; this client never opens a notification by itself. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

function clientOptions({ log, settings, inlineCompletion }: ConversationOptions): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({ settings: settings(), shows: ['rewrite'] }),
    initializationFailedHandler: () => false,
    // Who starts the server again, and when, is decided in server.ts by the end of the process.
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => ({ action: CloseAction.DoNotRestart, handled: true, message: 'Connection closed.' }),
    },
    middleware: { provideInlineCompletionItems: inlineCompletion },
  };
}

function streams(process: ServerProcess) {
  // "detached": the client must not end the process, its owner does
  return Promise.resolve({ reader: process.output, writer: process.input, detached: true });
}

function refuseAfter(ms: number): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => {
      reject(new Error(`no answer within ${ms / 1000} s`));
    }, ms).unref();
  });
}
