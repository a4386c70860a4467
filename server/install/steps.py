"""Steps of a set-up: named, timed, skipped when nothing changed, and clear about what to do when they fail."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
TOOLS = ROOT / ".tools"
VENV = ROOT / ".venv"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
TICK = 15.0
"""Seconds between signs of life when the output is not a terminal."""


class SetupFailed(SystemExit):
    """Ends the command with the step's name, the end of its log and what to do next."""

    def __init__(self, title: str, hint: str, log: Path | None = None) -> None:
        tail = log.read_text("utf-8", "replace")[-2500:] if log and log.exists() else ""
        text = f"\n✗ {title} failed.\n{tail}\n→ {hint}"
        super().__init__(text + (f"\n  Whole log: {log.relative_to(ROOT)}" if log else ""))


def key_of(*parts: str | Path) -> str:
    """A digest of texts and of the contents of files and folders."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            digest.update(part.encode())
            continue
        for file in [part] if part.is_file() else sorted(p for p in part.rglob("*") if p.is_file()):
            digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


class Step:
    """One step. `key` says what its result depends on; `result` is a path that must be there.

    `stamps` is where it is remembered that the step was done: a step whose result lies in a folder that
    may be deleted as a whole is remembered in that folder.
    """

    def __init__(
        self, title: str, *, key: str, result: Path, hint: str, stamps: Path = CACHE / "stamps"
    ) -> None:
        self.title, self.key, self.result, self.hint = title, key, result, hint
        slug = "".join(c if c.isalnum() else "-" for c in title.lower()).strip("-")
        self.stamp = stamps / slug
        self.log = CACHE / "logs" / f"{slug}.log"

    @property
    def fresh(self) -> bool:
        return self.result.exists() and self.stamp.exists() and self.stamp.read_text() == self.key

    def run(
        self, *commands: Sequence[str | Path], cwd: Path = ROOT, env: dict[str, str] | None = None
    ) -> None:
        """Run the commands in order unless the step is fresh; on failure stop with the hint."""
        if self.fresh:
            return
        with self.shown():
            for command in commands:
                self.call(command, cwd=cwd, env=env)
        self.done()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Print the title, signs of life, and the time it took."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")
        with _clock(self.title):
            yield

    def call(
        self, command: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None
    ) -> None:
        cwd.mkdir(parents=True, exist_ok=True)
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"$ {' '.join(map(str, command))}\n")
            log.flush()
            try:
                code = subprocess.run(
                    [str(part) for part in command],
                    cwd=cwd,
                    env=os.environ | (env or {}),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    check=False,
                ).returncode
            except OSError as error:
                log.write(f"{error}\n")
                code = 127
        if code:
            raise SetupFailed(self.title, self.hint, self.log)

    def done(self) -> None:
        if not self.result.exists():
            raise SetupFailed(
                self.title, f"{self.result.relative_to(ROOT)} did not appear. {self.hint}", self.log
            )
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.key)


@contextmanager
def _clock(title: str) -> Iterator[None]:
    started = time.monotonic()
    live, stop = sys.stdout.isatty(), threading.Event()
    print(f"• {title} …", end="" if live else "\n", flush=True)

    def tick() -> None:
        while not stop.wait(1.0 if live else TICK):
            seconds = int(time.monotonic() - started)
            print(
                f"\r• {title} … {seconds} s" if live else f"  … {title}: {seconds} s",
                end="" if live else "\n",
                flush=True,
            )

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    print(f"{chr(13) if live else ''}✓ {title} ({time.monotonic() - started:.1f} s)   ", flush=True)


def apt(step: Step, *packages: str) -> None:
    """Install Debian packages where we may; otherwise say the command to run."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if not shutil.which("apt-get") or not (root or shutil.which("sudo")):
        raise SetupFailed(step.title, step.hint)
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    step.call([*sudo, "apt-get", "update", "-q"], env=environment)
    step.call(
        [*sudo, "apt-get", "install", "-q", "-y", "--no-install-recommends", *packages],
        env=environment,
    )
