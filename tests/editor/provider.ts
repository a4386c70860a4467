// A provider on this machine (provider.py) for tests of what goes out and what comes back.
import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { PYTHON } from './places.ts';
import { until } from './until.ts';

/** One request as it came. */
export interface Asked {
  row: string;
  dialect: string;
  /** Whether with the right key. */
  key: boolean;
  /** Characters of its body. */
  size: number;
}

export class Provider {
  readonly asked: Asked[] = [];
  readonly key: string;
  port = 0;
  readonly #child: ChildProcess;

  private constructor(key: string) {
    this.key = key;
    const script = path.join(import.meta.dirname, 'provider.py');
    this.#child = spawn(PYTHON, [script, key], { stdio: ['pipe', 'pipe', 'inherit'] });
    const out = this.#child.stdout;
    if (!out) throw new Error('no pipe');
    createInterface({ input: out }).on('line', (line) => {
      if (this.port === 0) this.port = Number(line);
      else this.asked.push(JSON.parse(line) as Asked);
    });
  }

  static async start(key: string): Promise<Provider> {
    const provider = new Provider(key);
    await until(() => provider.port, 'the port of the provider', 20_000);
    return provider;
  }

  /** What stands in the setting for it; `row` says how it behaves. */
  setting(row: string, title = 'House', key = true): object {
    return {
      title,
      baseUrl: `http://127.0.0.1:${this.port}/${row}/v1`,
      complete: 'house-small',
      rewrite: 'house-large',
      way: 'completions',
      key,
      price: { input: 2, output: 8 },
    };
  }

  stop(): void {
    this.#child.stdin?.end();
    this.#child.kill();
  }
}
