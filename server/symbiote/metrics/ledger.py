"""The ledger: what was asked, how it ended, what was accepted. SQLite, one writer thread.

Holds lengths, times, reasons and ids; no source text, no paths.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from symbiote.metrics.events import AskRow, Event, Grown, Outcome, Outsider, Session, Worked
from symbiote.metrics.opening import Opened, opened

log = logging.getLogger("symbiote.ledger")

_END = object()
Row = AskRow | Event | Grown | Session | Worked
Done = Callable[[bool], None]
"""Called on the writer's thread: whether the row is on the disk, where no power cut and no kill takes it away again."""
TABLES: dict[type, str] = {AskRow: "asks", Event: "events", Worked: "edits", Session: "sessions"}
TOGETHER = 256
"""Rows of one commit, at most: those that came while the one before was under way."""
HELD = 5_000
"""Rows that are held while the file cannot be written (disk full), for the next try; older ones are lost."""
OLD = 200
"""Rows that are forgotten at a time, and how long (seconds) there is nothing else to do before that."""
IDLE = 0.05
DAY = 86_400.0
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


class _Noted(NamedTuple):
    row: Row
    done: Done | None


class Ledger:
    """Writes rows in the order they are noted; `note` never blocks and never raises. Rows older than `keep_days` are forgotten.

    `trouble` says why nothing is kept, or nothing new: what `opened` found, or what writing came to last. Rows that
    cannot be written are held for a while and tried again with the next one; `dropped` counts those that were lost.
    """

    def __init__(self, path: Path, keep_days: float | None = None) -> None:
        self.path = path
        self.dropped = 0
        self._keep_days = keep_days
        self._found = ""
        self._failed = ""
        self._held: list[_Noted] = []
        self._queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="ledger", daemon=True)
        self._thread.start()

    @property
    def trouble(self) -> str:
        return self._failed or self._found

    def note(self, row: Row, done: Done | None = None) -> None:
        """Write `row`, once: an ask of the same id, and an event of the same `uid` or the same kind of the same ask, is there already."""
        self._queue.put(_Noted(row, done))

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

    # -- the writer's thread

    def _write(self) -> None:
        file = opened(self.path)
        self._found = file.trouble
        before = _cutoff(file.base, self._keep_days) if file.durable else None
        while True:
            try:
                rows, other = self._next(IDLE if before is not None else None)
            except queue.Empty:
                before = before if _forget(file.base, before or 0.0) else None
                continue
            if rows:
                self._commit(file, rows)
            if isinstance(other, threading.Event):
                other.set()
            elif isinstance(other, _Question):
                other.answer.put(_answer(file.base, other))
            elif other is _END:
                break
        self._commit(file, [])
        self.dropped += len(self._held)
        file.base.close()

    def _next(self, patience: float | None) -> tuple[list[_Noted], Any]:
        """Rows to be written together, and what came after them. Raises `queue.Empty`."""
        rows: list[_Noted] = []
        item = self._queue.get(timeout=patience)
        while isinstance(item, _Noted):
            rows.append(item)
            if len(rows) == TOGETHER:
                return rows, None
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                return rows, None
        return rows, item

    def _commit(self, file: Opened, rows: list[_Noted]) -> None:
        """All of them or none. One that the tables do not take does not keep the others away."""
        rows, self._held = [*self._held, *rows], []
        if not rows:
            return
        error = _committed(file.base, rows)
        if isinstance(error, sqlite3.OperationalError):  # full, locked, gone: not the rows' fault
            for one in rows:
                _tell(one, False)
            waiting = [one for one in rows if one.done is None]  # the others are sent again
            self._held = waiting[-HELD:]
            self.dropped += len(waiting) - len(self._held)
            self._failed = f"{self.path}: {error}"
            log.warning("rows cannot be written now: %s", error)
            return
        for one in rows:
            problem = error and _committed(file.base, [one])
            _tell(one, problem is None and file.durable)
            if problem is not None:
                self.dropped += 1
                self._found = f"{self.path}: {problem}"
                log.warning("a row was lost: %s", problem)
        self._failed = ""


def _committed(base: sqlite3.Connection, rows: list[_Noted]) -> sqlite3.Error | None:
    try:
        base.execute("BEGIN IMMEDIATE")
        for one in rows:
            _insert(base, one.row)
        base.execute("COMMIT")
    except sqlite3.Error as error:
        if base.in_transaction:
            base.execute("ROLLBACK")
        return error
    return None


def _tell(one: _Noted, kept: bool) -> None:
    if one.done is None:
        return
    try:
        one.done(kept)
    except Exception:  # the loop that asked may be gone
        log.debug("nobody heard that a row was committed", exc_info=True)


def _answer(base: sqlite3.Connection, question: _Question) -> list[Any]:
    try:
        return base.execute(question.sql, question.values).fetchall()
    except sqlite3.Error as error:
        log.warning("the ledger cannot be read: %s", error)
        return []


def _insert(base: sqlite3.Connection, row: Row) -> None:
    values = row._asdict()
    if isinstance(row, Grown):
        sql = "UPDATE asks SET characters = :characters, lines = :lines WHERE id = :id"
        base.execute(sql, values)
        return
    marks = ", ".join("?" * len(values))
    said = f"INTO {TABLES[type(row)]} ({', '.join(values)}) VALUES ({marks})"
    if isinstance(row, Worked):  # a clock that was set back comes to the same minute again
        sums = ", ".join(f"{name} = {name} + excluded.{name}" for name in _SUMS)
        base.execute(f"INSERT {said} ON CONFLICT DO UPDATE SET {sums}", tuple(values.values()))
    else:  # a session is written when it begins, and again when it ends
        known = "REPLACE" if isinstance(row, Session) else "IGNORE"
        base.execute(f"INSERT OR {known} {said}", tuple(values.values()))


_SUMS = ("typed", "helped", "lines")


def _cutoff(base: sqlite3.Connection, keep_days: float | None) -> float | None:
    """Rows before this are forgotten. A clock that is ahead of all that was noted so far is not believed."""
    if keep_days is None:
        return None
    newest = base.execute("SELECT MAX(at) FROM asks").fetchone()[0]
    return None if newest is None else float(min(newest, time.time()) - keep_days * DAY)


def _forget(base: sqlite3.Connection, before: float) -> bool:
    """Some of the rows before then, and whether there may be more."""
    more = False
    try:
        for table in ("asks", "events", "edits", "sessions"):
            said = f"SELECT rowid FROM {table} WHERE at < ? LIMIT {OLD}"  # noqa: S608
            gone = base.execute(f"DELETE FROM {table} WHERE rowid IN ({said})", (before,))  # noqa: S608
            more = more or gone.rowcount > 0
        if not more:
            base.execute("DELETE FROM tallies WHERE n = 0")
    except sqlite3.Error as error:
        log.warning("what is too old could not be forgotten: %s", error)
        return False
    return more
