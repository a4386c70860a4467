import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Editor } from './editor.ts';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';
import { until } from './until.ts';
import { DAEMON, ENGINE, FORWARDER } from './workbench.ts';

test('two windows share one daemon and one engine; one leaves, the other stays served', async () => {
  const { workbench, browser, editor } = started();
  const count = (kind: RegExp) => workbench.processes(kind).length;
  await editor.openFile('one.py', POINT);
  await editor.ready();

  const second = await Editor.open(workbench, browser, 'two.py', POINT);
  await second.ready();
  await second.focusEnd();
  await second.type(NEXT_LINE);
  await second.settledGhost();
  await editor.page.bringToFront();
  await editor.focusEnd();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  const counted = { forwarders: count(FORWARDER), daemons: count(DAEMON), engines: count(ENGINE) };
  assert.deepEqual(counted, { forwarders: 2, daemons: 1, engines: 1 });

  await second.close();
  await until(() => count(FORWARDER) === 1, 'the second forwarder has ended', 15_000);
  await editor.clearLine();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  assert.deepEqual({ daemons: count(DAEMON), engines: count(ENGINE) }, { daemons: 1, engines: 1 });
});
