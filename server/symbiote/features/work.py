"""Which project and which task a window's rows belong to: ids of the ledger, not names of folders.

A project is the salted hash of its workspace's root: the same folder has the same id on this machine, and nobody can tell
the folder from it. A task is what a flow session was given as its name, or else the git branch, read from its files.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from symbiote.core import paths
from symbiote.core.place import place

if TYPE_CHECKING:
    from symbiote.features.house import Window

EVERY = 10.0
"""Seconds between two looks, while something happens."""
SALT_BYTES = 16
LONGEST = 200
"""Characters of a branch's name."""
MOST = 4_096
"""Bytes of git's files."""
_threads = ThreadPoolExecutor(1, "symbiote-work")


class Work:
    """A window's. `touch` costs a look at the clock; the disk is read in a thread, and a disk that hangs holds up nothing else."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = 0.0
        self._looking = False
        self._mine = {""}

    def touch(self, window: Window) -> None:
        """Something happens in the window: what its rows belong to is looked up, if that was long ago."""
        if not window.roots or self._looking or self._clock() < self._next:
            return
        self._next, self._looking = self._clock() + EVERY, True
        look = asyncio.get_running_loop().run_in_executor(_threads, belongs, window.roots)
        look.add_done_callback(lambda done: self._seen(window, done))

    def changed(self) -> None:
        """Other folders: the next touch looks."""
        self._next = 0.0

    def _seen(self, window: Window, look: asyncio.Future[tuple[str, str]]) -> None:
        self._looking = False
        if look.cancelled() or look.exception() is not None:
            return
        window.project, branch = look.result()
        if window.task in self._mine:  # else a session has named it
            window.task = branch
        self._mine.add(branch)


def belongs(roots: tuple[str, ...]) -> tuple[str, str]:
    """Project and branch of a window with these folders; the first of them counts."""
    root = place(roots[0]).path
    return (hashed(root, salt(paths.state() / "salt")), branch(Path(root))) if root else ("", "")


def hashed(root: str, salt: bytes) -> str:
    name = os.fsencode(os.path.realpath(root))
    return hashlib.blake2b(name, digest_size=8, salt=salt).hexdigest()


def salt(file: Path) -> bytes:
    """The salt in `file`, made where there is none; one for this time where it cannot be kept."""
    for _ in range(2):
        with contextlib.suppress(OSError):
            known = file.read_bytes()
            if len(known) == SALT_BYTES:
                return known
        made = secrets.token_bytes(SALT_BYTES)
        part = file.with_name(f"{file.name}.{os.getpid()}")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as new:
                new.write(made)
            if file.exists():  # of another length: nobody can use it
                file.unlink()
            os.link(part, file)  # whoever links first has made it
            return made
        except FileExistsError:
            continue
        except OSError:
            break
        finally:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
    return _SPARE


_SPARE = secrets.token_bytes(SALT_BYTES)


def branch(folder: Path) -> str:
    """The git branch of a folder, or the first eight digits of the commit that is checked out; "" without git."""
    for level in (folder, *folder.parents):
        dot = level / ".git"
        if dot.is_dir():
            return _head(dot)
        if dot.is_file():
            said = _read(dot)
            return _head(level / said.removeprefix("gitdir:").strip()) if said else ""
    return ""


def _head(git: Path) -> str:
    said = _read(git / "HEAD")
    if said.startswith("ref: refs/heads/"):
        return said.removeprefix("ref: refs/heads/")[:LONGEST]
    return said[:8] if said.isalnum() else ""


def _read(file: Path) -> str:
    try:
        with file.open("rb") as open_file:
            return open_file.read(MOST).decode("utf-8", "replace").strip()
    except OSError:
        return ""
