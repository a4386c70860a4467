import type { ReportParams, ReportResult } from '../../protocol';
import type { FromPage, ToPage } from '../../pure/report/messages';

interface Api {
  postMessage(said: FromPage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): Api;

/** The extension on the other side of the page. */
export class Host {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, (result: ReportResult | null) => void>();
  #last = 0;
  onStart: (language: string, texts: Record<string, string>) => void = () => undefined;
  onRefresh: () => void = () => undefined;
  onCopied: () => void = () => undefined;

  constructor() {
    window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
      this.#hear(data);
    });
  }

  ready(): void {
    this.#api.postMessage({ kind: 'ready' });
  }

  load(params: ReportParams): Promise<ReportResult | null> {
    const id = ++this.#last;
    this.#api.postMessage({ kind: 'load', id, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  copy(text: string): void {
    this.#api.postMessage({ kind: 'copy', text });
  }

  get kept(): unknown {
    return this.#api.getState();
  }

  keep(state: unknown): void {
    this.#api.setState(state);
  }

  #hear(said: ToPage): void {
    if (said.kind === 'start') this.onStart(said.language, said.texts);
    else if (said.kind === 'refresh') this.onRefresh();
    else if (said.kind === 'copied') this.onCopied();
    else {
      this.#waiting.get(said.id)?.(said.result);
      this.#waiting.delete(said.id);
    }
  }
}
