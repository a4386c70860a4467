"""Opening the ledger's file to write: made where there is none, brought up to date, looked over, set aside where it is corrupt."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from pathlib import Path
from typing import NamedTuple

from symbiote.metrics.schema import STEPS, VERSION

log = logging.getLogger("symbiote.ledger")

BUSY_MS = 10_000
"""How long a writer waits for another daemon's."""


class Newer(Exception):
    """The file is of a version that is not known here: it is left as it is."""


class Opened(NamedTuple):
    """`trouble` is a sentence, "" without any. What is not `durable` is in memory, and gone with the process."""

    base: sqlite3.Connection
    trouble: str
    durable: bool


def opened(path: Path) -> Opened:
    """A connection in any case, at least one in memory. A file whose directory cannot be written and one of a newer version are
    not touched; a corrupt one is set aside as `NAME.corrupt-TIME`, and a new one begun.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return _sound(path)
    except (OSError, sqlite3.Error, Newer) as error:
        trouble = f"{path}: {error}; measuring in memory only"
        log.warning("%s", trouble)
        base = _prepared(sqlite3.connect(":memory:", isolation_level=None))
        return Opened(base, trouble, durable=False)


def _sound(path: Path) -> Opened:
    try:
        return Opened(connected(path), "", durable=True)
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise  # locked, full, read-only, a migration that fails: nothing is wrong with the file
    aside = path.with_name(f"{path.name}.corrupt-{int(time.time())}")
    os.replace(path, aside)
    for tail in ("-wal", "-shm"):
        path.with_name(path.name + tail).unlink(missing_ok=True)
    trouble = f"The ledger was corrupt and was set aside as {aside.name}; a new one was begun."
    log.warning("%s", trouble)
    return Opened(connected(path), trouble, durable=True)


def connected(path: Path) -> sqlite3.Connection:
    """Raises `sqlite3.Error`, `OSError` or `Newer`."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    base = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        return _prepared(base)
    except BaseException:
        base.close()
        raise


def _prepared(base: sqlite3.Connection) -> sqlite3.Connection:
    if _version(base) > VERSION:
        raise Newer(f"it is of version {_version(base)}, and only {VERSION} is known here")
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("PRAGMA secure_delete=ON")
    if base.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("quick_check failed")
    if _version(base) < VERSION:
        base.execute("BEGIN IMMEDIATE")
        for step in STEPS[_version(base) :]:  # another daemon may have been faster
            for statement in step:
                base.execute(statement)
        base.execute(f"PRAGMA user_version={max(VERSION, _version(base))}")
        base.execute("COMMIT")
    return base


def _version(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])
