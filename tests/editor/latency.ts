// Keystroke -> visible ghost text, in the editor, with the real model; and the same for a provider that does no work,
// in turns in the same window. What lies between the two is Symbiote's.
//
//     node latency.ts [SAMPLES=200]      a table on stderr, JSON on stdout; about eight minutes
import os from 'node:os';
import { launch } from './browser.ts';
import { Editor } from './editor.ts';
import { readStopwatch } from './stopwatch.ts';
import { pause, until } from './until.ts';
import { Workbench } from './workbench.ts';

const BLOCK = 25;
/** Before the measured key: nothing is under way any more. */
const IDLE_MS = 400;
const TOO_LATE_MS = 1_500;

const TEXT = `class Settings:
    def __init__(self, width0, width1, width2, width3):
        self.width0 = float(width0)
        self.width1 = float(width1)
        self.width2 = float(width2)
`;

interface Series {
  name: string;
  file: string;
  ms: number[];
  missed: number;
}

async function main(samples: number): Promise<void> {
  const floor: Series = { name: 'floor', file: 'floor.py', ms: [], missed: 0 };
  const model: Series = { name: 'symbiote', file: 'model.py', ms: [], missed: 0 };
  const workbench = await Workbench.start();
  const browser = await launch();
  try {
    const editor = await Editor.open(workbench, browser, model.file, TEXT);
    await editor.ready();
    await editor.runCommand('Probe: Open Floor');
    await editor.focusEnd();
    await editor.page.keyboard.insertText(TEXT);
    for (let done = 0; done < samples; done += BLOCK) {
      for (const series of [floor, model]) {
        await editor.switchTo(series.file);
        for (let i = done; i < Math.min(done + BLOCK, samples); i++) await sample(editor, series, i);
      }
      console.error(`${Math.min(done + BLOCK, samples)} of ${samples}`);
    }
  } finally {
    await browser.close();
    await workbench.stop();
  }
  report([floor, model]);
}

/** Types the beginning of a line that is new each time; measures its last key. */
async function sample(editor: Editor, series: Series, index: number): Promise<void> {
  await editor.page.keyboard.insertText('        ');
  await editor.type(`self.width${index + 3} =`, 20);
  await pause(IDLE_MS);
  await editor.press('Escape');
  await editor.ghostGone();
  await readStopwatch(editor.page);
  await editor.press(' ');
  await until(async () => (await editor.ghost()) !== '', 'ghost text', TOO_LATE_MS).catch(() => undefined);
  const { keys, shown } = await readStopwatch(editor.page);
  const [key] = keys;
  const [first] = shown;
  if (key && first) series.ms.push(first.at - key.at);
  else series.missed++;
  await editor.clearLine();
}

function report(all: Series[]): void {
  const rows = all.map(({ name, ms, missed }) => ({ name, n: ms.length, missed, ...percentiles(ms) }));
  const setup = { cpu: os.cpus()[0]?.model, cores: os.cpus().length, load: os.loadavg()[0] };
  console.error('keystroke -> visible ghost text, ms');
  new console.Console(process.stderr).table(rows);
  console.log(JSON.stringify({ schema: 1, unit: 'ms', setup, series: rows }, null, 2));
}

function percentiles(values: number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => {
    const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
    return Math.round(value * 10) / 10;
  };
  return { min: at(0), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

await main(Number(process.argv[2] ?? 200));
