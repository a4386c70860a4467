import { test } from 'node:test';
import { NEXT_LINE, POINT } from './samples.ts';
import { started } from './shared.ts';

test('a paused window shows nothing, until it is resumed', async () => {
  const { editor } = started();
  await editor.openFile('pause.py', POINT);
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
  await editor.clearLine();

  await editor.chooseInMenu('Pause');
  await editor.statusMatches(/^paused$/);
  await editor.focusEnd();
  await editor.type(NEXT_LINE);
  await editor.expectNoGhost();
  await editor.clearLine();

  await editor.runCommand('Symbiote: Resume');
  await editor.ready();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();
});

test('a pause for one language leaves the others alone', async () => {
  const { editor } = started();
  await editor.openFile('language.py', POINT);
  await editor.runCommand('Symbiote: Pause for This Language');
  await editor.statusMatches(/^paused for python$/);
  await editor.type(NEXT_LINE);
  await editor.expectNoGhost();

  await editor.openFile('language.txt', POINT);
  await editor.ready();
  await editor.type(NEXT_LINE);
  await editor.settledGhost();

  await editor.openFile('language2.py', POINT);
  await editor.chooseInMenu('Resume for python');
  await editor.ready();
});
