"""Every job of this repository. Needs nothing but Python 3.11 (and Node 20 for the extension).

python3 tasks.py start     set everything up, then open the sample folder in VS Code with Symbiote in it
python3 tasks.py test      set everything up, then pass every test
python3 tasks.py --list    the other jobs
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "server"))

from install import cuda, editor, python
from install.steps import PYTHON, VENV, SetupFailed

BIN = PYTHON.parent
SAMPLE = ROOT / "tests" / "sample"
PORT = 8127

if __name__ == "__main__":
    if sys.version_info < (3, 11):
        sys.exit("Symbiote needs Python 3.11 or newer.")
    asked = sys.argv[1:] or ["--list"]
    if asked[0] in ("start", "test", "setup"):
        editor.node()
    if asked[0] == "gpu":
        cuda.prepare()
    python.environment(dev=asked[0] != "start")
    python.reexecute(Path(__file__), asked)

from invoke import Collection, Context, task


def run(*command, env=None, cwd=ROOT):
    """Run one command in the foreground; a failure ends the job with its exit code."""
    code = subprocess.run(
        [str(c) for c in command], cwd=cwd, env=os.environ | (env or {}), check=False
    ).returncode
    if code:
        raise SystemExit(code)


def pytest(*arguments):
    run(PYTHON, "-m", "pytest", *arguments)


@task
def setup(c: Context):
    """Install what the tests need: packages, extension, VS Code in the browser, Chromium, Neovim."""
    started = time.monotonic()
    python.environment(dev=True)
    editor.packages()
    editor.extension()
    editor.strict_code_server()
    editor.chromium()
    editor.neovim()
    print(f"Set up in {time.monotonic() - started:.1f} s.", flush=True)


@task
def lint(c: Context):
    """Formatting, lint and types of everything."""
    run(BIN / "ruff", "format", "--check", ".")
    run(BIN / "ruff", "check", ".")
    run(BIN / "mypy")
    run("npm", "run", "--silent", "lint")
    run("npm", "run", "--silent", "typecheck")


@task
def unit(c: Context):
    """Tests below the protocol, and the extension's pure parts."""
    pytest("tests/unit", "tests/test_tidy.py")
    run("npm", "run", "--silent", "test:pure")


@task
def e2e(c: Context):
    """The daemon over its socket with two windows, and Neovim as a second real client."""
    pytest("tests/e2e", "tests/neovim")


@task
def browser(c: Context):
    """VS Code's workbench in a real browser, proposed API off."""
    environment = {"PATH": f"{editor.NODE.parent}{os.pathsep}{os.environ['PATH']}"}
    run("npm", "run", "--silent", "test:editor", env=environment)


@task(setup)
def test(c: Context):
    """Set up what is needed and run every test."""
    for job in (lint, unit, e2e, browser):
        print(f"\n── {job.name}: {job.__doc__.splitlines()[0]}", flush=True)
        started = time.monotonic()
        job(c)
        print(f"── {job.name}: passed in {time.monotonic() - started:.0f} s", flush=True)


@task(help={"port": "port of the browser's VS Code on 127.0.0.1", "folder": "what to open"})
def start(c: Context, port=PORT, folder=""):
    """Set up and open the sample folder in VS Code with Symbiote in it."""
    editor.packages()
    vsix = editor.extension()
    editor.register()
    print(f"\nSymbiote's server: {BIN / 'symbiote'}\n", flush=True)
    run(PYTHON, "-m", "symbiote", "complete", SAMPLE / "inventory.py", "31", "26")
    folder = folder or sample()
    if shutil.which("code") and not os.environ.get("SYMBIOTE_BROWSER"):
        run("code", "--install-extension", vsix, "--force")
        run("code", folder)
        return
    editor.code_server()
    serve(vsix, int(port), Path(folder).resolve())


def sample():
    """A copy of the sample folder to type in: the one in the repository stays as it is."""
    copy = ROOT / ".tools" / "sample"
    if not copy.exists():
        shutil.copytree(SAMPLE, copy)
    return copy


def serve(vsix, port, folder):
    """VS Code in the browser, on this machine only, until Ctrl+C."""
    home = ROOT / ".tools" / "workbench"
    settings = home / "data" / "User" / "settings.json"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text('{"telemetry.telemetryLevel": "off", "chat.disableAIFeatures": true}\n')
    (home / "config.yaml").write_text("{}\n")
    password = os.environ.get("SYMBIOTE_PASSWORD")
    base = [editor.NODE, editor.CODE / editor.ENTRY, "--config", home / "config.yaml"]
    base += ["--user-data-dir", home / "data", "--extensions-dir", home / "extensions"]
    quiet = {"XDG_CONFIG_HOME": str(home), "PASSWORD": password or ""}
    log = editor.log_of("workbench")
    with log.open("a") as out:
        subprocess.run(
            [*map(str, base), "--install-extension", str(vsix), "--force"],
            env=os.environ | quiet,
            stdout=out,
            stderr=out,
            check=True,
        )
        command = [*map(str, base), "--auth", "password" if password else "none"]
        command += [
            "--bind-addr",
            f"127.0.0.1:{port}",
            "--disable-telemetry",
            "--disable-update-check",
        ]
        command += ["--disable-getting-started-override", "--disable-workspace-trust", str(folder)]
        server = subprocess.Popen(command, env=os.environ | quiet, stdout=out, stderr=out)
    address = f"http://127.0.0.1:{port}/?folder={folder}"
    if not answers(port, server):
        raise SetupFailed(
            "VS Code in the browser",
            f"Is port {port} taken? Try: python3 tasks.py start --port 8128",
            log,
        )
    print(f"\n  VS Code with Symbiote is at  {address}\n  Ctrl+C ends it.\n", flush=True)
    try:
        raise SystemExit(server.wait())
    except KeyboardInterrupt:
        server.terminate()
        server.wait()


def answers(port, server):
    """Wait until the workbench answers; False when it ended instead."""
    import urllib.error
    import urllib.request

    for _ in range(300):
        if server.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as reply:
                return reply.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


@task
def codegen(c: Context):
    """Write extension/src/protocol.ts anew from server/symbiote/wire/protocol.py."""
    written = subprocess.run(
        [PYTHON, "-m", "symbiote.wire.typescript"], capture_output=True, check=True
    )
    (ROOT / "extension" / "src" / "protocol.ts").write_bytes(written.stdout)


@task
def format(c: Context):
    """Format and mend what can be mended by itself."""
    run(BIN / "ruff", "format", ".")
    run(BIN / "ruff", "check", "--fix", "-q", ".")
    run("npm", "run", "--silent", "format")


@task
def screenshots(c: Context):
    """Make the pictures in docs/images anew."""
    path = f"{editor.NODE.parent}{os.pathsep}{os.environ['PATH']}"
    run("npm", "run", "--silent", "test:editor", env={"PATH": path, "SYMBIOTE_SCREENSHOTS": "1"})


@task(help={"peer": "llama-server too, built for the card"})
def gpu(c: Context, peer=False):
    """With an NVIDIA card: llama.cpp built for it, its figures into docs/performance.md."""
    run(BIN / "symbiote", "bench", "gpu", "--write-docs", *(["--peer"] if peer else []))


@task
def clean(c: Context):
    """Remove everything the other jobs made in this folder."""
    for name in (".tools", ".cache", "node_modules", "extension/dist"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    print(f"Left: {VENV.name} (this job runs in it; delete it by hand).")


jobs = (setup, lint, unit, e2e, browser, test, start, codegen, format, screenshots, gpu, clean)
namespace = Collection(*jobs)
