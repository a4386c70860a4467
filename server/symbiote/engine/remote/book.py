"""The file of what was spent: SQLite, shared by all daemons of a user. Everything here blocks; `spend.py` is in front of it.

What a request may cost is committed before it is sent (`reserved`), and what it did cost takes its place afterwards (`spent`).
A reservation that nobody settles, because its process was killed, stays and counts: money that may be gone is gone.

A file that cannot be read is never set aside or begun anew: that would free the budget.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from symbiote.core.errors import EngineError

VERSION = 1
BUSY = 0.25
"""Seconds that another daemon may keep the file before a request is refused. A commit takes milliseconds."""
NANO = 1_000_000_000
"""Amounts are whole billionths of a dollar, rounded up: sums are exact. A token costs from 3 to 15,000 of them."""
MOST = 10**15
"""Nothing costs more than this (a million dollars), whatever a provider says."""
FORGOTTEN = 3600.0
"""Seconds after which a reservation is nobody's: no request takes longer than two minutes."""
LATEST = 253_402_300_799.0
"""The last second of the year 9999: up to there days sort as texts."""
WHO = ("provider", "model", "task")
COLUMNS = {"day": "day", "month": "substr(day, 1, 7)", **{name: name for name in WHO}}

_TABLES = (
    """CREATE TABLE reserved (
        id INTEGER PRIMARY KEY, at REAL NOT NULL, day TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
        task TEXT NOT NULL, nano INTEGER NOT NULL)""",
    """CREATE TABLE spent (
        day TEXT NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL, task TEXT NOT NULL,
        requests INTEGER NOT NULL, nano INTEGER NOT NULL, PRIMARY KEY (day, provider, model, task)) WITHOUT ROWID""",
)
_BOTH = """(SELECT day, provider, model, task, requests, nano FROM spent
    UNION ALL SELECT day, provider, model, task, 1, nano FROM reserved)"""
_FOLD = """INSERT INTO spent SELECT day, provider, model, task, count(*), sum(nano) FROM reserved
    WHERE {which} GROUP BY day, provider, model, task
    ON CONFLICT DO UPDATE SET requests = requests + excluded.requests, nano = nano + excluded.nano"""
_DROP = "DELETE FROM reserved WHERE {which}"
_OLD, _ONE = "day < ? AND at < ?", "id = ?"


class BookError(EngineError):
    """The file cannot be used; the text is a sentence that names it."""


@dataclass(frozen=True, slots=True)
class Period:
    """The day that counts (UTC, 2026-11-21), and what was spent or reserved on it and in its month, in billionths of USD.

    `ahead` is whether the file knows a later day than the clock.
    """

    day: str
    spent_day: int
    spent_month: int
    ahead: bool


class Book:
    """One connection, opened when it is needed, for one thread."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._base: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None
        self._owed: deque[tuple[int, int | None, bool]] = deque(maxlen=1000)

    def reserve(
        self, who: tuple[str, str, str], nano: int, allowed: Callable[[Period], bool]
    ) -> tuple[int | None, Period]:
        """The number of a reservation, None if `allowed` says no to what is spent so far. Raises `BookError`."""
        with self._writing() as base:
            period = self._period(base)
            old = (period.day, self._clock() - FORGOTTEN)
            base.execute(_FOLD.format(which=_OLD), old)
            base.execute(_DROP.format(which=_OLD), old)
            if not allowed(period):
                return None, period
            number = secrets.randbits(62)
            row = (number, self._clock(), period.day, *map(_sound, who), min(nano, MOST))
            base.execute("INSERT INTO reserved VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        return number, period

    def settle(self, number: int, nano: int | None) -> Period:
        """What a request cost takes the place of its reservation; None leaves the amount. The second time nothing happens.

        Raises `BookError`; what could not be written is tried again with the next that is.
        """
        return self._end(number, None if nano is None else min(nano, MOST), sent=True)

    def release(self, number: int) -> Period:
        """Nothing was spent. Raises `BookError` as `settle` does."""
        return self._end(number, None, sent=False)

    def period(self) -> Period:
        """Raises `BookError`."""
        with self._writing() as base:
            return self._period(base)

    def sums(self, by: Sequence[str]) -> list[tuple[tuple[str, ...], int, int]]:
        """Requests and billionths of USD for each value of the columns `by` (COLUMNS). Raises `BookError`."""
        keys = ", ".join(COLUMNS[name] for name in by)
        sql = (
            f"SELECT {keys}, sum(requests), sum(nano) FROM {_BOTH} GROUP BY {keys} ORDER BY {keys}"  # noqa: S608
        )
        with self._writing() as base:
            return [(tuple(row[:-2]), row[-2], row[-1]) for row in base.execute(sql)]

    def close(self) -> None:
        if self._base is not None:
            with contextlib.suppress(sqlite3.Error):
                self._base.close()
            self._base = None

    def _end(self, number: int, nano: int | None, *, sent: bool) -> Period:
        self._owed.append((number, nano, sent))
        with self._writing() as base:
            return self._period(base)

    def _period(self, base: sqlite3.Connection) -> Period:
        """The later of the clock's day and the latest in the file: a clock that goes back frees nothing."""
        today = day_of(self._clock())
        latest = base.execute(f"SELECT max(day) FROM {_BOTH}").fetchone()[0] or today  # noqa: S608
        day = max(today, latest)
        sums = [
            base.execute(
                f"SELECT coalesce(sum(nano), 0) FROM {_BOTH} WHERE day BETWEEN ? AND ?",  # noqa: S608
                span,
            ).fetchone()[0]
            for span in ((day, day), (f"{day[:7]}-01", f"{day[:7]}-31"))
        ]
        return Period(day, sums[0], sums[1], latest > today)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that no other daemon writes beside, with what is owed in it. Raises `BookError`."""
        try:
            base = self._opened()
            base.execute("BEGIN IMMEDIATE")
            owed = list(self._owed)
            for number, nano, sent in owed:
                _ended(base, number, nano, sent=sent)
            yield base
            base.execute("COMMIT")
        except (OSError, sqlite3.Error) as error:
            self.close()  # which rolls back; the next one looks at the file again
            raise BookError(self._sentence(error)) from error
        except BaseException:
            self.close()
            raise
        for _ in owed:
            self._owed.popleft()

    def _opened(self) -> sqlite3.Connection:
        """The connection to the file that is at the path now: deleting it while a daemon runs begins a new one."""
        with contextlib.suppress(FileNotFoundError):
            found = self.path.stat()
            if self._base is not None and self._inode == (found.st_dev, found.st_ino):
                return self._base
        self.close()
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            found = os.fstat(file)
        finally:
            os.close(file)
        self._inode = (found.st_dev, found.st_ino)
        self._base = sqlite3.connect(self.path, isolation_level=None, timeout=BUSY)
        _prepare(self._base)
        return self._base

    def _sentence(self, error: Exception) -> str:
        why = getattr(error, "strerror", None) or str(error)
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            why += "; repair it, or delete it to begin anew"
        return (
            f"What providers cost cannot be written down in {self.path} ({why}), "
            "so none that costs money is asked."
        )


def day_of(at: float) -> str:
    """The day in UTC, 2026-11-21, of Unix seconds."""
    t = time.gmtime(min(max(at, 0.0), LATEST))
    return f"{t.tm_year:04d}-{t.tm_mon:02d}-{t.tm_mday:02d}"


def _prepare(base: sqlite3.Connection) -> None:
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("PRAGMA synchronous=FULL")
    if base.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        raise sqlite3.DatabaseError("the file is damaged")
    if _version(base) == VERSION:
        return
    base.execute("BEGIN IMMEDIATE")
    if _version(base) == 0:  # another daemon may have been faster
        for table in _TABLES:
            base.execute(table)
        base.execute(f"PRAGMA user_version={VERSION}")
    base.execute("COMMIT")
    if _version(base) != VERSION:
        raise sqlite3.OperationalError("it was written by a newer version of Symbiote")


def _version(base: sqlite3.Connection) -> int:
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _ended(base: sqlite3.Connection, number: int, nano: int | None, *, sent: bool) -> None:
    if sent:
        if nano is not None:
            base.execute("UPDATE reserved SET nano = ? WHERE id = ?", (nano, number))
        base.execute(_FOLD.format(which=_ONE), (number,))
    base.execute(_DROP.format(which=_ONE), (number,))


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
