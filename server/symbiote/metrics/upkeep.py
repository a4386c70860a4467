"""What the user does with the ledger as a whole: export it, delete it, say how long rows are kept, have it looked over."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from symbiote.core import paths
from symbiote.core.errors import UserError
from symbiote.metrics.opening import Newer, connected
from symbiote.metrics.reading import reading
from symbiote.metrics.schema import VERSION
from symbiote.metrics.tallies import CREATE_TRIGGERS, DROP_TRIGGERS, UNTRUE

TABLES = ("asks", "events", "edits", "sessions")
KEEP_DAYS = 730
LONGEST = 36_500


def kept_days() -> int:
    """For how many days rows are kept."""
    try:
        days = json.loads(_note().read_text("utf-8"))["keep_days"]
    except (OSError, ValueError, KeyError, TypeError):
        return KEEP_DAYS
    return days if isinstance(days, int) and 1 <= days <= LONGEST else KEEP_DAYS


def keep(days: int) -> None:
    """Keep rows so long, from the daemon's next start on. Raises `UserError`."""
    if not 1 <= days <= LONGEST:
        raise UserError(f"Rows are kept for 1 to {LONGEST:,} days.")
    try:
        _note().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _note().write_text(json.dumps({"keep_days": days}), "utf-8")
    except OSError as error:
        raise UserError(f"{_note()} cannot be written: {error.strerror}.") from error


def export(ledger: Path, target: Path) -> dict[str, int]:
    """Write every row as a line of JSON, `{"table": …, …columns}`; the first line tells the version. Returns the rows of each table.

    The file appears when it is whole. Raises `UserError`.
    """
    counts = dict.fromkeys(TABLES, 0)
    part = target.with_name(f"{target.name}.part")
    try:
        with reading(ledger) as base, _private(part) as file:
            print(json.dumps({"symbiote": "ledger", "schema": VERSION}), file=file)
            for table in TABLES:
                for row in base.each(f"SELECT * FROM {table} ORDER BY at"):  # noqa: S608
                    print(json.dumps({"table": table, **row}, ensure_ascii=False), file=file)
                    counts[table] += 1
        os.replace(part, target)
    except OSError as error:
        raise UserError(f"{target} cannot be written: {error.strerror}.") from error
    finally:
        part.unlink(missing_ok=True)
    return counts


@contextmanager
def _private(file: Path) -> Iterator[Any]:
    with os.fdopen(
        os.open(file, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8"
    ) as opened:
        yield opened


def delete(ledger: Path) -> int:
    """Take every row away for good, what was set aside as corrupt, and the salt of the projects' ids. Returns how many rows there were.

    A daemon that runs goes on writing to the same file. Raises `UserError`.
    """
    gone = 0
    for aside in ledger.parent.glob(f"{ledger.name}.corrupt-*"):
        aside.unlink(missing_ok=True)
    (paths.state() / "salt").unlink(missing_ok=True)
    if not ledger.exists():
        return 0
    try:
        base = connected(ledger)
    except (OSError, sqlite3.Error, Newer) as error:
        raise UserError(f"{ledger}: {error}. Stop the daemon and delete the file.") from error
    try:
        base.execute("BEGIN IMMEDIATE")
        for statement in DROP_TRIGGERS:  # row by row they would take away what goes anyway
            base.execute(statement)
        for table in TABLES:
            gone += base.execute(f"DELETE FROM {table}").rowcount  # noqa: S608
        base.execute("DELETE FROM tallies")
        for statement in CREATE_TRIGGERS:
            base.execute(statement)
        base.execute("COMMIT")
        base.execute("VACUUM")
        base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise UserError(f"{ledger} could not be emptied: {error}.") from error
    finally:
        base.close()
    return gone


def check(ledger: Path) -> dict[str, Any]:
    """`{ok, problems, rows, bytes, oldest, newest, keep_days}` of the whole file. Raises `UserError` where there is none to be read."""
    with reading(ledger) as base:
        problems = [str(row[0]) for row in base.rows("PRAGMA integrity_check")]
        problems = [] if problems == ["ok"] else problems
        if version := base.one("PRAGMA user_version")[0] - VERSION:
            problems.append(f"It is of a newer version than this Symbiote's, by {version}.")
        elif untrue := base.one(UNTRUE)[0]:
            problems.append(f"{untrue} daily sums are not what counting the rows gives.")
        rows = {table: base.one(f"SELECT COUNT(*) FROM {table}")[0] for table in TABLES}  # noqa: S608
        oldest, newest = base.one("SELECT MIN(at), MAX(at) FROM asks")
    return {
        "ok": not problems,
        "problems": problems,
        "rows": rows,
        "bytes": ledger.stat().st_size,
        "oldest": oldest,
        "newest": newest,
        "keep_days": kept_days(),
    }


def _note() -> Path:
    return paths.state() / "ledger.json"
