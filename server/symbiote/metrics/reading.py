"""Reading the ledger: a connection that cannot write, the part of the rows that is looked at, and what a figure is.

The second door to sqlite3. Sums, counts and ranks are SQL's: a million rows never come to Python.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from symbiote.core.errors import UserError
from symbiote.metrics.schema import VERSION
from symbiote.metrics.score import wilson

COMPUTED = "asks.outcome = 'shown' AND asks.origin = 'computed'"
"""Latency figures read these rows only; `asks_computed` is their index."""
SHOWN = "asks.outcome = 'shown'"

Row = tuple[Any, ...]
DAY = 86_400


@dataclass(frozen=True, slots=True)
class Span:
    """Which rows: from `since` up to but not including `until` (Unix seconds), and only those of what is named ("": all)."""

    since: float = 0.0
    until: float = math.inf
    feature: str = ""
    language: str = ""
    engine: str = ""
    model: str = ""
    project: str = ""
    task: str = ""

    def where(self, table: str, *more: str) -> tuple[str, list[Any]]:
        """The condition on a table, and its values; `more` are conditions as they are.

        Events have no language, engine or model: those are of the ask they belong to. Minutes of work and sessions have no
        more than `HELD` says; what they do not have does not choose among them.
        """
        held = HELD[table]
        parts, values = list(more), []
        if self.since > 0:
            parts.append(f"{table}.at >= ?")
            values.append(self.since)
        if self.until < math.inf:
            parts.append(f"{table}.at < ?")
            values.append(self.until)
        for name in NAMES:
            if not (value := getattr(self, name)):
                continue
            if name in held:
                parts.append(f"{table}.{name} = ?")
                values.append(value)
            elif table == "events":
                parts.append(f"events.ask IN (SELECT id FROM asks WHERE asks.{name} = ?)")
                values.append(value)
        return " AND ".join(parts) or "1", values


NAMES = tuple(field.name for field in fields(Span))[2:]
HELD = {
    "asks": NAMES,
    "events": ("feature", "project", "task"),
    "edits": ("language", "project", "task"),
    "sessions": ("project", "task"),
}
"""What the rows of a table can be chosen by."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its `value` in `unit` (None without any rows), how many rows it is of, and its 95 % interval where it has one.

    `rows` are its parts under `columns`, the most first; `note` says what is to be known of it.
    """

    name: str
    title: str
    unit: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        found = {field.name: getattr(self, field.name) for field in fields(self)}
        return found | {"columns": list(self.columns), "rows": [list(row) for row in self.rows]}


class Base:
    """An open ledger that is read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        return self._connection.execute(sql, tuple(values)).fetchall()

    def each(self, sql: str) -> Iterator[dict[str, Any]]:
        """Rows by the names of their columns, one at a time: there may be millions."""
        found = self._connection.execute(sql)
        names = [column[0] for column in found.description]
        for row in found:
            yield dict(zip(names, row, strict=True))

    def one(self, sql: str, values: Sequence[Any] = ()) -> Row:
        """The only row of an aggregate."""
        found: Row = self._connection.execute(sql, tuple(values)).fetchone()
        return found

    def counts(self, span: Span, by: Sequence[str], sums: Sequence[str], *more: str) -> list[Row]:
        """Sums of tallies (`tallies.py`) by columns of theirs; `more` are conditions on these.

        Whole days come from the tallies, what a span has of its first and last day is counted ask by ask. Without `by`
        there is one row, of zeros where there is nothing.
        """
        named = [(name, value) for name in NAMES if (value := getattr(span, name))]
        kept = [*more, *(f"{name} = ?" for name, _ in named)]
        parts, values = [], []
        for table, bounds in _bounds(span):
            said = " AND ".join([*(condition for condition, _ in bounds), *kept]) or "1"
            parts.append(f"SELECT {', '.join((*by, *sums))} FROM {table} WHERE {said}")
            values += [*(value for _, value in bounds), *(value for _, value in named)]
        summed = ", ".join((*by, *(f"COALESCE(SUM({name}), 0)" for name in sums)))
        group = f" GROUP BY {', '.join(by)}" if by else ""
        return self.rows(f"SELECT {summed} FROM ({' UNION ALL '.join(parts)}){group}", values)

    def ranks(
        self, what: str, table: str, where: tuple[str, Sequence[Any]], shares: Sequence[float]
    ) -> tuple[int, list[float | None]]:
        """How many values, and their nearest-rank percentiles (`metrics/readout.py`); `what` is a column or a sum of some."""
        condition, values = where
        said = f"FROM {table} WHERE {condition} AND {what} IS NOT NULL"
        n = int(self.one(f"SELECT COUNT(*) {said}", values)[0])
        found: list[float | None] = []
        for share in shares if n else ():
            at = max(0, math.ceil(share * n) - 1)
            row = self.one(
                f"SELECT {what} {said} ORDER BY {what} LIMIT 1 OFFSET {at}",
                values,
            )
            found.append(float(row[0]))
        return n, found or [None] * len(shares)


def _bounds(span: Span) -> list[tuple[str, list[tuple[str, float]]]]:
    """Which rows of which table make up a span: a condition with its value for each end."""
    first = math.ceil(span.since / DAY)
    last = math.floor(span.until / DAY) if span.until < math.inf else None
    if last is not None and first > last:  # within one day
        return [("counted", [("at >= ?", span.since), ("at < ?", span.until)])]
    whole: list[tuple[str, float]] = [("day >= ?", first)] if span.since > 0 else []
    found = [("tallies", whole if last is None else [*whole, ("day < ?", last)])]
    if span.since > 0:
        found.append(("counted", [("at >= ?", span.since), ("at < ?", first * DAY)]))
    if last is not None:
        found.append(("counted", [("at >= ?", last * DAY), ("at < ?", span.until)]))
    return found


@contextmanager
def reading(path: Path) -> Iterator[Base]:
    """The ledger at `path`. Raises `UserError` when there is none, or none that can be read."""
    if not path.exists():
        raise UserError(f"Nothing was measured yet: there is no {path}.")
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=10)
    except sqlite3.Error as error:
        raise UserError(f"{path} cannot be read: {error}.") from error
    try:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if version < VERSION:
            raise UserError(
                f"{path} is of an older version ({version}); it is brought up to date when the daemon starts the next time."
            )
        yield Base(connection)
    except sqlite3.Error as error:
        raise UserError(f"{path} cannot be read: {error}.") from error
    finally:
        connection.close()


def share(hits: int, n: int) -> tuple[float | None, float | None, float | None]:
    """A share and its 95 % interval; nothing of nothing."""
    if not n:
        return None, None, None
    found = wilson(min(hits, n), n)
    return round(found.share, 4), round(found.low, 4), round(found.high, 4)
