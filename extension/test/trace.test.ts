import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { converse, type Conversation, type ConversationOptions } from '../src/client';
import vscode from './vscode.cjs';

const KEY = 'sk-this-is-a-key';
const EVERYTHING = { verbosity: 'verbose', format: 'json' };

/** A conversation with a server that repeats what it is told, under a setting `symbiote.trace.server`. Also what is logged. */
async function traced(how: unknown): Promise<{ conversation: Conversation; said: string[] }> {
  const detail = how as Record<string, unknown>;
  vscode.settings.get = (name, otherwise) =>
    name === 'trace.server' ? how : (detail[name.replace('trace.server.', '')] ?? otherwise);
  const said: string[] = [];
  const note = (...words: unknown[]) => said.push(JSON.stringify(words));
  const log = {
    trace: note,
    debug: note,
    info: note,
    warn: note,
    error: note,
    append: note,
    appendLine: note,
  };
  const channel = {
    ...log,
    logLevel: vscode.LogLevel.Trace,
    onDidChangeLogLevel: () => ({ dispose: () => 0 }),
  };
  const nothing = () => undefined;
  const options = {
    log: channel,
    settings: () => ({}),
    mode: () => ({}),
    inlineCompletion: nothing,
    onStatus: nothing,
    onExtended: nothing,
    onRewriteProgress: nothing,
    onRewriteReview: nothing,
  } as unknown as ConversationOptions;
  const input = new PassThrough();
  const output = new PassThrough();
  repeat(input, output);
  const process = { input, output, ended: new Promise<string>(nothing), kill: nothing };
  return { conversation: await converse(process, options), said };
}

/** Answers each request with what it said. */
function repeat(input: PassThrough, output: PassThrough): void {
  let held = '';
  input.on('data', (data: Buffer) => {
    held += data.toString();
    for (let head; (head = /Content-Length: (\d+)\r\n\r\n/.exec(held));) {
      const start = head.index + head[0].length;
      const end = start + Number(head[1]);
      if (held.length < end) return;
      const { id, method, params } = JSON.parse(held.slice(start, end)) as Record<string, unknown>;
      held = held.slice(end);
      if (id === undefined) continue;
      const result = method === 'initialize' ? { capabilities: {} } : params;
      const body = JSON.stringify({ jsonrpc: '2.0', id, result });
      output.write(`Content-Length: ${body.length}\r\n\r\n${body}`);
    }
  });
}

for (const how of ['messages', 'compact', 'verbose', EVERYTHING]) {
  test(`a trace (${JSON.stringify(how)}) says which messages went by and nothing that is in them`, async () => {
    const { conversation, said } = await traced(how);
    const keys = { keys: { groq: KEY } };
    assert.deepEqual(await conversation.request('symbiote/keys', keys), keys); // an object, not a list of it
    conversation.notify('symbiote/mode', keys);
    await conversation.close();
    const all = said.join('\n');
    if (how !== EVERYTHING) assert.match(all, /Sending request 'symbiote\/keys/);
    assert.ok(!all.includes(KEY), all);
  });
}
