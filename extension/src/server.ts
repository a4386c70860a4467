import * as vscode from 'vscode';
import { converse, type Conversation, type ConversationOptions } from './client';
import { serverCommand } from './config';
import { launch, type ServerProcess } from './launch';
import { Backoff } from './pure/backoff';
import { isMissing, type ServerCommand } from './pure/installation';
import type { Phase } from './pure/view';

/** How long a server that was told to leave may take. */
const GRACE_MS = 500;

/** One life of the server: from the start of its process to its end. */
interface Life {
  process: ServerProcess;
  since: number;
  conversation?: Conversation;
}

/** Keeps a server process alive: starts it, starts it again when it ends, stops it. */
export class Server implements vscode.Disposable {
  #phase: Phase = 'stopped';
  #problem = '';
  #life: Life | undefined;
  #timer: NodeJS.Timeout | undefined;
  #turn = Promise.resolve();
  readonly #backoff = new Backoff();
  readonly #changed = new vscode.EventEmitter<Phase>();
  readonly #failing = new vscode.EventEmitter<string>();

  /** Every change of `phase`. */
  readonly onDidChange = this.#changed.event;
  /** It ends again and again; the reason. Once per bad patch. */
  readonly onFailing = this.#failing.event;

  constructor(
    private readonly folder: string,
    private readonly options: ConversationOptions,
  ) {}

  get phase(): Phase {
    return this.#phase;
  }

  /** Why there is no server at the moment, or ''. */
  get problem(): string {
    return this.#problem;
  }

  /** Starts the server, or ends the running one first. */
  restart(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end();
      this.#backoff.reset();
      await this.#begin('starting');
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#end();
      this.#enter('stopped');
    });
  }

  /** Lost when there is no server: what must survive is sent again when the phase becomes `running`. */
  notify(method: string, params: object): void {
    this.#life?.conversation?.notify(method, params);
  }

  async request<Result>(
    method: string,
    params: object,
    token?: vscode.CancellationToken,
  ): Promise<Result | undefined> {
    return this.#life?.conversation?.request<Result>(method, params, token);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    const life = this.#life;
    this.#life = undefined; // its end is asked for
    life?.process.kill();
    this.#changed.dispose();
    this.#failing.dispose();
  }

  /** One start or stop at a time. A start under way is not waited for. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#phase !== 'running') this.#life?.process.kill();
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.options.log.error(String(error));
    });
    return this.#turn;
  }

  async #begin(phase: Phase, problem = ''): Promise<void> {
    const command = serverCommand();
    if (isMissing(command)) {
      this.options.log.error(command.problem);
      this.#enter('missing', command.problem);
      return;
    }
    this.#enter(phase, problem);
    const life = await this.#launch(command);
    if (!life) return;
    try {
      life.conversation = await converse(life.process, this.options);
      if (this.#life === life) this.#enter('running');
    } catch (error) {
      this.options.log.error(`The server does not answer: ${String(error)}`);
      life.process.kill(); // its end brings the next start
    }
  }

  async #launch(command: ServerCommand): Promise<Life | undefined> {
    const { log } = this.options;
    const since = performance.now();
    try {
      log.info(`Starting ${[command.command, ...command.args].join(' ')}`);
      const process = await launch(command, this.folder, (line) => {
        log.info(`server: ${line}`);
      });
      const life: Life = { process, since };
      this.#life = life;
      void process.ended.then((reason) => {
        this.#ended(life, reason);
      });
      return life;
    } catch (error) {
      this.#tryAgain(String(error), 0);
      return undefined;
    }
  }

  #ended(life: Life, reason: string): void {
    if (this.#life !== life) return; // asked for
    this.#life = undefined;
    void life.conversation?.close();
    this.#tryAgain(reason, performance.now() - life.since);
  }

  #tryAgain(reason: string, uptimeMs: number): void {
    const { delayMs, tell } = this.#backoff.ended(performance.now(), uptimeMs);
    this.options.log.warn(`The server ended (${reason}); next start in ${delayMs} ms`);
    this.#enter('restarting', reason);
    this.#timer = setTimeout(() => void this.#inTurn(() => this.#begin('restarting', reason)), delayMs);
    if (tell) this.#failing.fire(reason);
  }

  async #end(): Promise<void> {
    clearTimeout(this.#timer);
    const life = this.#life;
    this.#life = undefined;
    if (!life) return;
    await life.conversation?.close();
    const grace = setTimeout(life.process.kill, life.conversation ? GRACE_MS : 0);
    await life.process.ended;
    clearTimeout(grace);
  }

  #enter(phase: Phase, problem = ''): void {
    this.#phase = phase;
    this.#problem = problem;
    this.#changed.fire(phase);
  }
}
