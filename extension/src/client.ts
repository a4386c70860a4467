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
import type {
  ExtendedParams,
  FlowStateParams,
  ModeParams,
  RewriteProgressParams,
  RewriteReviewParams,
  ServerSettings,
  StatusParams,
} from './protocol';

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
  mode: () => ModeParams;
  inlineCompletion: NonNullable<Middleware['provideInlineCompletionItems']>;
  onStatus: (status: StatusParams) => void;
  onExtended: (news: ExtendedParams) => void;
  onRewriteProgress: (news: RewriteProgressParams) => void;
  onRewriteReview: (news: RewriteReviewParams) => void;
  onFlowState: (news: FlowStateParams) => void;
}

/** Opens the language server protocol on a fresh process. Rejects when the process does not answer. */
export async function converse(process: ServerProcess, options: ConversationOptions): Promise<Conversation> {
  const client = new QuietClient('symbiote', 'Symbiote', () => streams(process), clientOptions(options));
  Reflect.set(client, 'traceObject', () => undefined); // whole messages, in a trace of the format `json`; private there
  client.onNotification('symbiote/status', options.onStatus);
  client.onNotification('symbiote/extended', options.onExtended);
  client.onNotification('symbiote/rewriteProgress', options.onRewriteProgress);
  client.onNotification('symbiote/rewriteReview', options.onRewriteReview);
  client.onNotification('symbiote/flowState', options.onFlowState);
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
        // An undefined beside the params would make an array of both.
        if (!token) return await client.sendRequest<Result>(method, params);
        return await client.sendRequest<Result>(method, params, token);
      } catch (error) {
        if (!token?.isCancellationRequested) options.log.warn(`${method} failed: ${String(error)}`);
        return undefined;
      }
    },
  };
}

/**
 * Failures belong to the log and the status bar; this client never opens a notification by itself. A trace, which the log
 * level begins, says which messages went by and never what is in them: that would be documents and keys.
 */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }

  override trace(message: string): void {
    super.trace(message);
  }
}

function clientOptions({
  log,
  settings,
  mode,
  inlineCompletion,
}: ConversationOptions): LanguageClientOptions {
  return {
    documentSelector: DOCUMENTS,
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: () => ({ settings: settings(), mode: mode(), shows: ['rewrite'] }),
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
