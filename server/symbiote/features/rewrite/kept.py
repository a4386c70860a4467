"""Where remembered answers lie: one SQLite file, for the user's eyes alone. The only door to it.

It holds what models answered, which is source text, so its mode is 0600, what is deleted is overwritten with zeros, and
nothing else of a document is in it: which code an answer is about is a digest. Several daemons may use it at once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

log = logging.getLogger("symbiote.remembered")

T = TypeVar("T")

VERSION = 1
MOST = 1_000
"""Answers; the one that was not used for longest gives way."""
LIFE = 24 * 3600.0
"""Seconds; also of one that was used since: its neighbourhood is older than anybody remembers."""
AHEAD = 60.0
"""Seconds. What was kept so much later than now was kept before the clock was put back, and its age is not known."""
BUSY_SECONDS = 0.1

TABLE = """CREATE TABLE answers (
    id INTEGER PRIMARY KEY, namespace TEXT NOT NULL, place TEXT NOT NULL, words TEXT NOT NULL, vector BLOB,
    answer TEXT NOT NULL, bare INTEGER NOT NULL, engine TEXT NOT NULL, model TEXT NOT NULL,
    document TEXT NOT NULL, at REAL NOT NULL, used INTEGER NOT NULL)"""
INDEX = "CREATE INDEX answers_place ON answers (namespace, place)"
NEXT = "(SELECT COALESCE(MAX(used), 0) + 1 FROM answers)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer to `words` about the code with the digest `place`. `vector` is that of the words, as 32-bit floats, or b"".

    `answer` is all that the model said, `bare` how it is to be read, `document` a digest of its URI; `at` is Unix seconds.
    """

    namespace: str
    place: str
    words: str
    vector: bytes
    answer: str
    bare: bool
    engine: str
    model: str
    document: str
    at: float = 0.0
    id: int = 0


class Kept:
    """Methods may be called from any thread and never raise: what cannot be read or written is not remembered.

    A file that is damaged or of another version is deleted, for losing it costs nothing but time.
    """

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._held: sqlite3.Connection | None = None

    def find(self, namespace: str, place: str) -> list[Entry]:
        """What was answered about a place, the newest first."""
        sql = (
            "SELECT namespace, place, words, vector, answer, bare != 0, engine, model, document, at, id FROM answers "
            "WHERE namespace = ? AND place = ? AND at BETWEEN ? AND ? ORDER BY at DESC, id DESC"
        )
        now = self._clock()
        rows: list[tuple[Any, ...]] = self._run(
            lambda held: held.execute(sql, (namespace, place, now - LIFE, now + AHEAD)).fetchall(),
            [],
        )
        return [Entry(*row) for row in rows]

    def put(self, entry: Entry, instead: int = 0) -> None:
        """Keep it, in place of what the same words were answered with, and of the entry with the id `instead`."""

        def write(held: sqlite3.Connection) -> None:
            now = self._clock()
            held.execute(
                "DELETE FROM answers WHERE (namespace = ? AND place = ? AND words = ?) OR id = ? OR at NOT BETWEEN ? AND ?",
                (entry.namespace, entry.place, entry.words, instead, now - LIFE, now + AHEAD),
            )
            held.execute(
                f"INSERT INTO answers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, {NEXT})",  # noqa: S608
                (
                    *(entry.namespace, entry.place, entry.words, entry.vector, entry.answer),
                    *(entry.bare, entry.engine, entry.model, entry.document, now),
                ),
            )
            held.execute(
                "DELETE FROM answers WHERE id IN (SELECT id FROM answers ORDER BY used DESC LIMIT -1 OFFSET ?)",
                (MOST,),
            )

        self._run(write, None)

    def add_vector(self, entry: Entry) -> None:
        """Of an entry that was put without; nothing where it is gone or has another answer by now."""
        sql = "UPDATE answers SET vector = ? WHERE namespace = ? AND place = ? AND words = ? AND answer = ?"
        told = (entry.vector, entry.namespace, entry.place, entry.words, entry.answer)
        self._run(lambda held: held.execute(sql, told), None)

    def use(self, id: int) -> None:
        """It was of use just now: others give way before it."""
        self._run(
            lambda held: held.execute(f"UPDATE answers SET used = {NEXT} WHERE id = ?", (id,)),  # noqa: S608
            None,
        )

    def forget(self, document: str | None = None) -> int:
        """Delete all, or what is about one document; how many there were."""
        sql = "DELETE FROM answers WHERE ? IS NULL OR document = ?"
        return self._run(lambda held: held.execute(sql, (document, document)).rowcount, 0)

    def count(self) -> int:
        """Of those that are not too old."""
        now = self._clock()
        sql = "SELECT COUNT(*) FROM answers WHERE at BETWEEN ? AND ?"
        return self._run(
            lambda held: int(held.execute(sql, (now - LIFE, now + AHEAD)).fetchone()[0]), 0
        )

    def close(self) -> None:
        with self._lock:
            if self._held is not None:
                self._held.close()
                self._held = None

    def _run(self, job: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        with self._lock:
            try:
                held = self._held = self._held or self._opened()
                with held:
                    return job(held)
            except (sqlite3.Error, OSError) as error:
                log.warning("answers are not remembered: %s", error)
                busy = isinstance(error, sqlite3.OperationalError) and "locked" in str(error)
                if not busy:
                    self._discard()
                return otherwise

    def _opened(self) -> sqlite3.Connection:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        self._path.chmod(0o600)
        held = sqlite3.connect(self._path, timeout=BUSY_SECONDS, check_same_thread=False)
        try:
            held.execute("PRAGMA secure_delete = ON")
            # A crash of the machine may damage the file, which is then begun anew: not worth waiting for a disk.
            held.execute("PRAGMA synchronous = OFF")
            with held:
                held.execute("BEGIN IMMEDIATE")
                _prepare(held)
                now = self._clock()
                old = (now - LIFE, now + AHEAD)
                held.execute("DELETE FROM answers WHERE at NOT BETWEEN ? AND ?", old)
        except BaseException:
            held.close()
            raise
        return held

    def _discard(self) -> None:
        """Of what cannot be used the next one is begun from nothing; where that fails, again and again, nothing is kept."""
        if self._held is not None:
            with contextlib.suppress(sqlite3.Error):
                self._held.close()
            self._held = None
        for ending in ("", "-journal"):
            with contextlib.suppress(OSError):
                self._path.with_name(self._path.name + ending).unlink()


def _prepare(held: sqlite3.Connection) -> None:
    if held.execute("PRAGMA user_version").fetchone()[0] == VERSION:
        return
    held.execute("DROP TABLE IF EXISTS answers")
    held.execute(TABLE)
    held.execute(INDEX)
    held.execute(f"PRAGMA user_version = {VERSION}")
