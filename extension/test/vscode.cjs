// The editor's interface, as far as vscode-languageclient touches it while it starts: every name is a class that does nothing.
const CLOSED = { dispose: () => undefined };

/** A class with anything in it, which is a function too. */
function made() {
  /** @type {Record<string | symbol, unknown>} */
  const known = class {};
  return new Proxy(known, {
    get: (_, name) => (name in known || typeof name === 'symbol' ? known[name] : (known[name] = made())),
  });
}

const closed = () => CLOSED;
/** @param {object} [own] */
const silent = (own = {}) => new Proxy(own, { get: (_, name) => own[name] ?? closed });

module.exports = Object.assign(made(), {
  version: '1.106.0',
  LogLevel: { Off: 0, Trace: 1, Debug: 2, Info: 3, Warning: 4, Error: 5 },
  EventEmitter: class {
    event = closed;
    fire() {}
    dispose() {}
  },
  env: { appName: 'test', language: 'en' },
  languages: silent(),
  window: silent({ tabGroups: silent({ all: [] }) }),
  workspace: silent({
    workspaceFolders: [],
    textDocuments: [],
    notebookDocuments: [],
    getConfiguration: () => module.exports.settings,
  }),
  /** What a test says of `symbiote.trace.server`. */
  settings: { get: (_, otherwise) => otherwise },
});

/** As a module of the newer kind: its importers take it as it is, and make no copy of the names it has. */
module.exports.__esModule = true;
module.exports.default = module.exports;
