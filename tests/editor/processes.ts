// The processes of one run, told by the environment that they were started with.
import fs from 'node:fs';

export interface Process {
  pid: number;
  parent: number;
  command: string;
}

/** All processes whose environment holds `mark`, wherever they hang in the tree. */
export function processesWith(mark: string): Process[] {
  return fs.readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      if (!fs.readFileSync(`/proc/${name}/environ`, 'utf8').includes(mark)) return [];
      const command = fs.readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const stat = fs.readFileSync(`/proc/${name}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return command === '' ? [] : [{ pid: Number(name), parent, command }]; // '' is a zombie
    } catch {
      return []; // gone meanwhile
    }
  });
}

export function kill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // already gone
  }
}
