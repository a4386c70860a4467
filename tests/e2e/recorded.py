"""A Python whose every process writes down which sockets it uses: the daemon, the engine's and the analysis' start others with
the interpreter that they run on."""

from __future__ import annotations

import json
import os
import site
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOOK = """
import json, os, socket, sys

_file = os.open({log!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

def _tell(event, *what):
    line = json.dumps([os.getpid(), event, *map(repr, what)]) + chr(10)
    os.write(_file, line.encode())

def _hear(event, args):
    if event == "socket.__new__":
        if args[1] != socket.AF_UNIX:
            _tell("opened", args[1])
    elif event in ("socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"):
        local = getattr(args[0], "family", None) == socket.AF_UNIX
        _tell("local" if local else event, args[1] if len(args) > 1 else None)
    elif event.startswith("socket.get") and event != "socket.gethostname":
        _tell(event, args)

_tell("begun", sys.orig_argv)
sys.addaudithook(_hear)
"""


@dataclass(frozen=True)
class Recorded:
    """`python` runs what is installed here."""

    python: Path
    log: Path

    def events(self) -> list[list[Any]]:
        """Process, event, what it was about."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def begun(self, word: str) -> bool:
        """Whether a process with this in its command line told of its start."""
        return any(event == "begun" and word in what[0] for _, event, *what in self.events())

    def outward(self) -> list[list[Any]]:
        """All that is no socket of this machine's files."""
        return [one for one in self.events() if one[1] not in ("begun", "local")]


def recorded(folder: Path) -> Recorded:
    """An environment in `folder` with the packages of this one."""
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.symlink_to(getattr(sys, "_base_executable", sys.executable))
    home = Path(os.path.realpath(python)).parent
    (folder / "pyvenv.cfg").write_text(f"home = {home}\n", "utf-8")
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    packages.mkdir(parents=True)
    log = folder / "sockets.jsonl"
    here = [path for path in site.getsitepackages() if Path(path).is_dir()]
    lines = "".join(f"import site; site.addsitedir({path!r})\n" for path in here)
    (packages / "these.pth").write_text(lines, "utf-8")
    (packages / "sitecustomize.py").write_text(HOOK.format(log=str(log)), "utf-8")
    return Recorded(python, log)


def inet(pid: int) -> list[str]:
    """Sockets of the internet that a process holds now, whoever opened them: lines of /proc."""
    inodes = set()
    for held in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = os.readlink(held)
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    lines = []
    for name in ("tcp", "tcp6", "udp", "udp6", "raw", "raw6"):
        file = Path(f"/proc/{pid}/net/{name}")
        if file.exists():
            lines += [
                line for line in file.read_text().splitlines()[1:] if line.split()[9] in inodes
            ]
    return lines
