// Runs inside the editor. What it finds out goes to the folder that PROBE_FOLDER names.
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

/** Files of this scheme live in memory; Symbiote does not serve them. */
const SCHEME = 'floor';
const FLOOR = vscode.Uri.from({ scheme: SCHEME, path: '/floor.py' });

/** @param {vscode.ExtensionContext} context */
function activate(context) {
  const folder = process.env.PROBE_FOLDER;
  if (!folder) throw new Error('PROBE_FOLDER is not set');
  fs.writeFileSync(path.join(folder, 'proposal.json'), JSON.stringify(undeclaredProposal()));
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(SCHEME, oneFile()),
    vscode.languages.registerInlineCompletionItemProvider(
      { scheme: SCHEME },
      { provideInlineCompletionItems: fixed },
    ),
    ...linter(),
    vscode.commands.registerCommand('probe.openFloor', () =>
      vscode.window.showTextDocument(FLOOR, { preview: false }),
    ),
  );
}

/** Marks a missing colon, as a linter would. */
function linter() {
  const problems = vscode.languages.createDiagnosticCollection('probe');
  /** @param {vscode.TextDocument} document */
  const look = (document) => {
    const found = document.languageId === 'python' ? /^def [^:\n]*$/m.exec(document.getText()) : null;
    const at = document.positionAt(found ? found.index + found[0].length : 0);
    const range = new vscode.Range(at.translate(0, -Math.min(1, at.character)), at);
    problems.set(document.uri, found ? [new vscode.Diagnostic(range, "expected ':'")] : []);
  };
  return [
    problems,
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.workspace.onDidChangeTextDocument(({ document }) => look(document)),
  ];
}

/** No work at all: what is left is the editor's own time. */
function fixed() {
  return [new vscode.InlineCompletionItem('floor_value')];
}

/** Uses `inlineCompletionsAdditions` without declaring it. Stock VS Code throws. */
function undeclaredProposal() {
  const provider = { provideInlineCompletionItems: () => [], handleDidShowCompletionItem: () => undefined };
  try {
    vscode.languages.registerInlineCompletionItemProvider({ scheme: SCHEME }, provider).dispose();
    return { allowed: true };
  } catch (error) {
    return { allowed: false, error: String(error) };
  }
}

/** @returns {vscode.FileSystemProvider} */
function oneFile() {
  /** @type {Uint8Array} */
  let bytes = new Uint8Array();
  const nothing = () => undefined;
  return {
    onDidChangeFile: new vscode.EventEmitter().event,
    watch: () => new vscode.Disposable(nothing),
    stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length }),
    readFile: () => bytes,
    writeFile: (_uri, content) => {
      bytes = content;
    },
    readDirectory: () => [],
    createDirectory: nothing,
    delete: nothing,
    rename: nothing,
  };
}

module.exports = { activate };
