"""The ledger: what was asked, how it ended, what was accepted. SQLite, one writer thread.

Holds lengths, times, reasons and ids; no source text, no paths.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

from symbiote.metrics.events import AskRow, Event, Grown, Outcome, Outsider, Session, Worked
from symbiote.metrics.schema import STEPS, VERSION

log = logging.getLogger("symbiote.ledger")

_END = object()
TABLES: dict[type, str] = {AskRow: "asks", Event: "events", Worked: "edits", Session: "sessions"}
_OUTSIDERS = """SELECT engine, model, count(*), sum(prompt_tokens), sum(cached_tokens), sum(generated_tokens),
    total(usd), total(saved_usd), sum(usd IS NULL), sum(attempts), sum(redacted)
    FROM asks WHERE attempts > 0 AND at >= ? GROUP BY engine, model ORDER BY engine, model"""


_DAY = """SELECT
    (SELECT count(*) FROM asks WHERE outcome = 'shown' AND feature = 'complete' AND at >= ?1),
    (SELECT count(*) FROM events WHERE kind = 'accepted' AND feature = 'complete' AND at >= ?1)"""


class _Question:
    """A read, answered by the thread that writes: SQLite sees one connection only."""

    def __init__(self, sql: str, *values: Any) -> None:
        self.sql = sql
        self.values = values
        self.answer: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()


class Ledger:
    """Writes rows in the order they are noted; `note` never blocks and never raises.

    A file that cannot be opened or is corrupt is set aside as `NAME.corrupt-TIME` and a new one
    begun; a directory that cannot be written leaves the ledger in memory and `trouble` says why.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.trouble = ""
        self.dropped = 0
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    def note(self, row: AskRow | Event | Grown | Session | Worked) -> None:
        self._queue.put(row)

    def flush(self) -> None:
        """Wait until everything noted so far is committed."""
        done = threading.Event()
        self._queue.put(done)
        done.wait()

    def outcomes(self) -> list[Outcome]:
        """Every ask's id, outcome, origin and total, oldest first."""
        return self._asked("SELECT id, outcome, origin, total_ms FROM asks ORDER BY at", Outcome)

    def events(self) -> list[tuple[str, str]]:
        """Every event's ask id and kind, oldest first."""
        return self._asked("SELECT ask, kind FROM events ORDER BY id", lambda *row: row)

    def told(self, feature: str) -> list[tuple[str, str, float | None]]:
        """Every event of a feature: ask id, kind and value, oldest first."""
        sql = "SELECT ask, kind, value FROM events WHERE feature = ? ORDER BY id"
        return self._asked(sql, lambda *row: row, feature)

    def outsiders(self, since: float = 0.0) -> list[Outsider]:
        """What each provider's model did since `since` (Unix seconds), by name."""
        return self._asked(_OUTSIDERS, Outsider, since)

    def day(self, since: float) -> tuple[int, int]:
        """Suggestions shown and accepted since `since` (Unix seconds)."""
        found: list[tuple[int, int]] = self._asked(_DAY, lambda *row: row, since)
        return found[0] if found else (0, 0)

    def close(self) -> None:
        self._queue.put(_END)
        self._thread.join()

    def _asked(self, sql: str, make: Any, *values: Any) -> list[Any]:
        question = _Question(sql, *values)
        self._queue.put(question)
        return [make(*row) for row in question.answer.get()]

    def _write(self) -> None:
        base = self._open()
        while (item := self._queue.get()) is not _END:
            try:
                if isinstance(item, threading.Event):
                    item.set()
                elif isinstance(item, _Question):
                    item.answer.put(base.execute(item.sql, item.values).fetchall())
                else:
                    _insert(base, item)
            except sqlite3.Error as error:
                self.dropped += 1
                self.trouble = f"{self.path}: {error}"
                log.warning("a row was lost: %s", error)
                if isinstance(item, _Question):
                    item.answer.put([])
        base.close()

    def _open(self) -> sqlite3.Connection:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._sound()
        except (OSError, sqlite3.Error) as error:
            self.trouble = f"{self.path}: {error}; measuring in memory only"
            log.warning("%s", self.trouble)
            return _prepared(sqlite3.connect(":memory:", isolation_level=None))

    def _sound(self) -> sqlite3.Connection:
        try:
            return _opened(self.path)
        except sqlite3.OperationalError:
            raise  # locked, full or read-only: nothing is wrong with the file
        except sqlite3.DatabaseError:
            pass
        aside = self.path.with_name(f"{self.path.name}.corrupt-{int(time.time())}")
        os.replace(self.path, aside)
        for tail in ("-wal", "-shm"):
            self.path.with_name(self.path.name + tail).unlink(missing_ok=True)
        self.trouble = (
            f"The ledger was corrupt and was set aside as {aside.name}; a new one was begun."
        )
        log.warning("%s", self.trouble)
        return _opened(self.path)


def _opened(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    base = sqlite3.connect(path, isolation_level=None)
    try:
        return _prepared(base)
    except BaseException:
        base.close()
        raise


def _prepared(base: sqlite3.Connection) -> sqlite3.Connection:
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    base.execute("PRAGMA busy_timeout=10000")
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


def _insert(base: sqlite3.Connection, row: AskRow | Event | Grown | Session | Worked) -> None:
    if isinstance(row, Grown):
        base.execute(
            "UPDATE asks SET characters = :characters, lines = :lines WHERE id = :id", row._asdict()
        )
        return
    table = TABLES[type(row)]
    known = "REPLACE" if isinstance(row, Session) else "IGNORE"
    values = row._asdict()
    marks = ", ".join("?" * len(values))
    base.execute(
        f"INSERT OR {known} INTO {table} ({', '.join(values)}) VALUES ({marks})",  # noqa: S608
        tuple(values.values()),
    )
