// One code-server with everything it writes in one new folder: settings, extensions, the daemon's socket and data.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { CODE_SERVER, NODE, PROBE, PYTHON, requireAll, VSIX } from './places.ts';
import { kill, processesWith, type Process } from './processes.ts';
import { until } from './until.ts';

const run = promisify(execFile);

/** For quiet and repeatability; ghost text works without any of these. */
const USER_SETTINGS = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': 'off',
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.colorTheme': 'Default Dark Modern',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.minimap.enabled': false,
  'files.autoSave': 'off',
  'files.hotExit': 'off',
  'git.enabled': false,
};

/** Command lines of Symbiote's processes. */
export const FORWARDER = /-m symbiote lsp/;
export const DAEMON = /-m symbiote daemon/;
export const ENGINE = /symbiote\.engine\.local\.worker(?!.*--probe)/;

const READ_EVENTS = `
import json, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute("SELECT kind FROM events ORDER BY id")
print(json.dumps([kind for (kind,) in rows]))
`;

type Settings = Record<string, unknown>;

export class Workbench {
  readonly root: string;
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(root: string, port: number, child: ChildProcess, environment: NodeJS.ProcessEnv) {
    this.root = root;
    this.port = port;
    this.#child = child;
    this.#environment = environment;
  }

  static async start(machineSettings: Settings = { 'symbiote.server.python': PYTHON }): Promise<Workbench> {
    requireAll();
    // Short: the path of a Unix socket has 107 bytes.
    const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sym-'));
    const environment = environmentIn(root);
    prepare(root, machineSettings);
    await installExtensions(root, environment);
    const port = await freePort();
    const child = startCodeServer(root, port, environment);
    const workbench = new Workbench(root, port, child, environment);
    process.once('exit', workbench.#endNow); // also after an uncaught error, EPIPE or Ctrl+C
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
    await workbench.#healthy();
    return workbench;
  }

  at(...names: string[]): string {
    return path.join(this.root, ...names);
  }

  /** Path of a file in the opened folder. */
  file(name: string): string {
    return this.at('folder', name);
  }

  /** Opens `file` and its folder, without quick open, which saves seconds. */
  url(file: string): string {
    const url = new URL(`http://127.0.0.1:${this.port}/`);
    url.searchParams.set('folder', path.dirname(file));
    const open = ['openFile', `vscode-remote://127.0.0.1:${this.port}${file}`];
    url.searchParams.set('payload', JSON.stringify([open]));
    return url.toString();
  }

  machineSettings(): Settings {
    return JSON.parse(fs.readFileSync(this.at('user-data', 'Machine', 'settings.json'), 'utf8')) as Settings;
  }

  /** One of them; undefined too in the moment in which the editor has emptied the file and not written it yet. */
  machineSetting(name: string): unknown {
    try {
      return this.machineSettings()[name];
    } catch {
      return undefined;
    }
  }

  /** Settings of the machine: read anew by open windows. */
  setMachineSettings(settings: Settings): void {
    fs.writeFileSync(this.at('user-data', 'Machine', 'settings.json'), JSON.stringify(settings));
  }

  /** Does something under other settings of the machine, and puts back those there were. */
  async withMachineSettings(changes: Settings, work: () => Promise<unknown>): Promise<void> {
    const settings = this.machineSettings();
    this.setMachineSettings({ ...settings, ...changes });
    try {
      await work();
    } finally {
      this.setMachineSettings(settings);
    }
  }

  /** Every process of this run, the detached daemon included. */
  processes(pattern = /./): Process[] {
    return processesWith(this.root).filter(({ command }) => pattern.test(command));
  }

  /** Runs `symbiote ARGUMENTS` against the daemon of this run. */
  async symbiote(...command: string[]): Promise<string> {
    const environment = { env: this.#environment, timeout: 20_000 };
    const { stdout } = await run(PYTHON, ['-I', '-X', 'utf8', '-m', 'symbiote', ...command], environment);
    return stdout;
  }

  /** Kinds of all events that the daemon has written down, in their order. */
  async events(): Promise<string[]> {
    const ledger = this.at('xdg', 'symbiote', 'ledger.sqlite3');
    const { stdout } = await run(PYTHON, ['-I', '-c', READ_EVENTS, ledger]);
    return JSON.parse(stdout) as string[];
  }

  /** Ends every process of this run. Keeps the folder if `keep`. */
  async stop(keep = false): Promise<void> {
    await this.symbiote('stop').catch((error: unknown) => {
      console.error('symbiote stop:', String(error));
    });
    this.#signal('SIGTERM');
    const gone = () => this.processes().length === 0;
    await until(gone, 'all processes of the run ended', 4_000).catch(() => undefined);
    this.#endNow();
    process.off('exit', this.#endNow);
    if (keep) console.error('kept', this.root);
    else fs.rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  readonly #endNow = () => {
    this.#signal('SIGKILL');
    for (const { pid } of this.processes()) kill(pid);
  };

  /** To code-server and all it started: it leads a process group. */
  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) kill(-this.#child.pid, signal);
  }

  async #healthy(): Promise<void> {
    const address = `http://127.0.0.1:${this.port}/healthz`;
    const answers = async () =>
      (await fetch(address).catch(() => undefined))?.ok ?? this.#child.exitCode !== null;
    await until(answers, 'code-server answers', 60_000);
    if (this.#child.exitCode !== null) {
      const log = fs.readFileSync(this.at('code-server.log'), 'utf8');
      throw new Error(`code-server did not start:\n${log.slice(-2000)}`);
    }
  }
}

function environmentIn(root: string): NodeJS.ProcessEnv {
  const home = path.join(root, 'xdg');
  return {
    ...process.env,
    XDG_RUNTIME_DIR: path.join(root, 'run'),
    XDG_CONFIG_HOME: home,
    XDG_DATA_HOME: home,
    XDG_STATE_HOME: home,
    XDG_CACHE_HOME: home,
    SYMBIOTE_HOME: undefined, // would lead away from here
    SYMBIOTE_FLOW_SPEED: '10', // 18-flow.test.ts
    PROBE_FOLDER: root,
  };
}

function prepare(root: string, machineSettings: Settings): void {
  const at = (...names: string[]) => path.join(root, ...names);
  for (const folder of ['user-data/User', 'user-data/Machine', 'folder', 'xdg']) {
    fs.mkdirSync(at(folder), { recursive: true });
  }
  fs.mkdirSync(at('run'), { mode: 0o700 });
  fs.writeFileSync(at('user-data', 'User', 'settings.json'), JSON.stringify(USER_SETTINGS));
  fs.writeFileSync(at('user-data', 'Machine', 'settings.json'), JSON.stringify(machineSettings));
  fs.writeFileSync(at('config.yaml'), '{}\n');
}

const paths = (root: string) => [
  ...['--config', path.join(root, 'config.yaml')],
  ...['--user-data-dir', path.join(root, 'user-data')],
  ...['--extensions-dir', path.join(root, 'extensions')],
];

/** Symbiote as a user installs it; the probe as an entry beside it. */
async function installExtensions(root: string, env: NodeJS.ProcessEnv): Promise<void> {
  await run(NODE, [CODE_SERVER, ...paths(root), '--install-extension', VSIX, '--force'], { env });
  const folder = path.join(root, 'extensions');
  fs.cpSync(PROBE, path.join(folder, 'probe'), { recursive: true });
  const list = path.join(folder, 'extensions.json');
  const installed = JSON.parse(fs.readFileSync(list, 'utf8')) as object[];
  const probe = {
    identifier: { id: 'symbiote-tests.probe' },
    version: '0.0.1',
    location: { $mid: 1, path: path.join(folder, 'probe'), scheme: 'file' },
    relativeLocation: 'probe',
  };
  fs.writeFileSync(list, JSON.stringify([...installed, probe]));
}

function startCodeServer(root: string, port: number, env: NodeJS.ProcessEnv): ChildProcess {
  const out = fs.openSync(path.join(root, 'code-server.log'), 'a');
  const quiet = ['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'];
  const child = spawn(
    NODE,
    [
      ...[CODE_SERVER, ...paths(root), '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`],
      ...[...quiet, '--disable-workspace-trust', '--disable-proxy', '--ignore-last-opened'],
      // Else the extension host and its server outlive a closed window by three hours.
      ...['--reconnection-grace-time', '1'],
    ],
    { detached: true, stdio: ['ignore', out, out], env },
  );
  fs.closeSync(out);
  return child;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => {
        resolve(port);
      });
    });
  });
}
