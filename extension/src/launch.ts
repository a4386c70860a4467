import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { cleanEnvironment, type ServerCommand } from './pure/installation';

const LAST_WORDS = 3;
/** What a process has written just before its end arrives a little after it. */
const DRAIN_MS = 100;

export interface ServerProcess {
  input: NodeJS.WritableStream;
  output: NodeJS.ReadableStream;
  /** Resolves when the process is gone, with the reason in words. Never rejects. */
  ended: Promise<string>;
  kill: () => void;
}

/** Starts the server away from the workspace: nothing that lies there can be imported. Rejects when it cannot start. */
export async function launch(
  { command, args }: ServerCommand,
  folder: string,
  onLine: (line: string) => void,
): Promise<ServerProcess> {
  await fs.promises.mkdir(folder, { recursive: true });
  const child = spawn(command, args, { cwd: folder, env: cleanEnvironment(process.env), windowsHide: true });
  const lastWords: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    onLine(line);
    lastWords.push(line);
    if (lastWords.length > LAST_WORDS) lastWords.shift();
  });
  child.stdin.on('error', () => undefined); // a broken pipe: the exit that follows tells more
  await once(child, 'spawn');
  return {
    input: child.stdin,
    output: child.stdout,
    ended: ending(child, lastWords),
    kill: () => void child.kill('SIGKILL'),
  };
}

async function ending(child: ChildProcessWithoutNullStreams, lastWords: string[]): Promise<string> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  await new Promise((resolve) => setTimeout(resolve, DRAIN_MS));
  child.stdout.destroy(); // a grandchild may hold the pipe open
  const how = signal === null ? `exit code ${code ?? '?'}` : `signal ${signal}`;
  const said = lastWords.at(-1);
  return said ? `${how}: ${said}` : how;
}
