import type { PlatformPath } from 'node:path';
import { t } from './say';

/** Where the server is, as far as it can be told without an editor. */

export interface ServerCommand {
  command: string;
  args: string[];
}

/** A cause that only the user can remove. */
export interface Missing {
  problem: string;
}

export interface Surroundings {
  platform: NodeJS.Platform;
  environment: NodeJS.ProcessEnv;
  home: string;
  path: Pick<PlatformPath, 'isAbsolute' | 'join'>;
  isFile: (path: string) => boolean;
  /** The text of a file, or undefined where there is none. */
  read: (path: string) => string | undefined;
}

const LSP = ['-I', '-X', 'utf8', '-m', 'symbiote', 'lsp', '--stdio'];

/** The interpreter of the setting if there is one, else the one the installer has written down. */
export function findServer(setting: string, around: Surroundings): ServerCommand | Missing {
  const python = setting.trim()
    ? { path: setting.trim(), from: 'symbiote.server.python' }
    : installed(around);
  if (!python) return { problem: t("Symbiote's server is not installed.") };
  if (!around.path.isAbsolute(python.path))
    return { problem: t('{0} is not an absolute path: {1}', python.from, python.path) };
  if (!around.isFile(python.path))
    return { problem: t('{0} names a file that does not exist: {1}', python.from, python.path) };
  return { command: python.path, args: LSP };
}

export function isMissing(found: ServerCommand | Missing): found is Missing {
  return 'problem' in found;
}

/** The user's environment without what would bend the interpreter: the server's packages are its own. */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(PYTHON|LD_|DYLD_)/i.test(name)),
  );
}

/** The same folder that the server calls its data folder. */
export function dataFolder({ platform, environment, home, path }: Surroundings): string {
  if (environment.SYMBIOTE_HOME) return path.join(environment.SYMBIOTE_HOME, 'data');
  if (platform === 'darwin') return path.join(home, 'Library', 'Application Support', 'symbiote');
  if (platform === 'win32')
    return path.join(environment.LOCALAPPDATA ?? path.join(home, 'AppData', 'Local'), 'symbiote');
  const base = environment.XDG_DATA_HOME;
  return path.join(base && path.isAbsolute(base) ? base : path.join(home, '.local', 'share'), 'symbiote');
}

function installed(around: Surroundings): { path: string; from: string } | undefined {
  const file = around.path.join(dataFolder(around), 'server.json');
  const text = around.read(file);
  if (text === undefined) return undefined;
  try {
    const { python } = JSON.parse(text) as { python?: unknown };
    return typeof python === 'string' ? { path: python, from: file } : undefined;
  } catch {
    return undefined; // half written or damaged: as good as absent, and the installer writes it anew
  }
}
