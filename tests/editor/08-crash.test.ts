import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kill } from './processes.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';
import { DAEMON, ENGINE, FORWARDER } from './workbench.ts';

const victims: [string, RegExp][] = [
  ['forwarder', FORWARDER],
  ['daemon', DAEMON],
  ['engine', ENGINE],
];

for (const [name, kind] of victims) {
  test(`ghost text comes back after the ${name} was killed`, async () => {
    const { workbench, editor } = started();
    await editor.openFile(`killed_${name}.py`, POINT);
    await editor.ready();
    const [before] = workbench.processes(kind);
    assert.ok(before, `a ${name} runs`);
    kill(before.pid);
    const another = () => workbench.processes(kind).some(({ pid }) => pid !== before.pid);
    await until(another, `a new ${name}`, 15_000);
    await editor.ready();

    await editor.type(NEXT_LINE);
    await editor.settledGhost();
    assert.equal(await editor.dialogs.count(), 0);
    assert.ok((await editor.toasts.count()) <= 1);
  });
}
