"""A made-up ledger of any size: asks, what became of them, minutes of work and samples of the machine, spread over days."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from symbiote.metrics.events import AskRow, Event, Worked
from symbiote.metrics.opening import connected
from symbiote.metrics.tallies import CREATE_TRIGGERS, DROP_TRIGGERS, FILL, LOOKS

DAY = 86_400.0
ORIGINS = ("computed", "typed_through", "prefetched", "remembered")
SILENCES = ("superseded", "low_confidence", "blank", "cancelled", "deadline")
LANGUAGES = ("python", "typescript", "rust")
AFTER = dict(zip(LOOKS, (30.0, 120.0, 300.0, 600.0), strict=True))
TAKEN = 0.3
"""Of what was shown."""
MINUTES = 60
"""Asks by minute in which somebody writes."""
AT_ONCE = 10_000

Rows = Iterator[AskRow | Event | Worked]


def _stages(total: float) -> tuple[float, float, float, float, float, float, float]:
    return (0.1 * total, 0.0, 0.1 * total, 0.1 * total, 0.3 * total, 0.35 * total, 0.05 * total)


def asks(count: int, since: float, days: float, seed: int = 1) -> Iterator[AskRow]:
    """`count` asks, evenly over `days` from `since` (Unix seconds) on, two in five of them shown; a task
    takes three days, a model is in use for thirty."""
    draw = random.Random(seed)  # noqa: S311 - the same history each time
    for number in range(count):
        shown = draw.random() < 0.4
        total = draw.lognormvariate(3, 1)
        day = int(days * number / count)
        yield AskRow(
            f"{number:032x}",
            since + days * DAY * number / count,
            "w",
            "complete" if draw.random() < 0.97 else "rewrite",
            draw.choice(LANGUAGES),
            "automatic",
            "shown" if shown else draw.choice(SILENCES),
            draw.choice(ORIGINS) if shown else None,
            "local",
            ("embedded", "qwen")[day // 30 % 2],
            *_stages(total),
            total,
            400,
            5,
            12,
            30 if shown else 0,
            1 if shown else 0,
            -0.5 if shown else None,
            task=f"feature-{day // 3}",
            project=("one", "two")[day // 7 % 2],
            late=draw.random() < 0.1,
        )


def outcomes(rows: Sequence[AskRow], seed: int = 2) -> Iterator[Event]:
    """What became of them."""
    draw = random.Random(seed)  # noqa: S311 - the same history each time
    for row in rows:
        if row.outcome != "shown":
            continue
        about = (row.feature, 0, row.task, row.project)
        if draw.random() < TAKEN:
            yield Event(row.at + 1, "w", "accepted", row.id, None, *about)
            for kind, wait in AFTER.items():
                share = round(draw.uniform(0.5, 1), 4)
                yield Event(row.at + wait, "w", kind, row.id, share, *about)
        else:
            kind = draw.choice(("ignored", "typed_through", "dismissed", "accepted_part"))
            yield Event(row.at + 1, "w", kind, row.id, float(draw.randint(1, 9)), *about)


def work(rows: Sequence[AskRow], seed: int = 3) -> Iterator[Event | Worked]:
    """The minutes around them, and what the machine did meanwhile."""
    draw = random.Random(seed)  # noqa: S311 - the same history each time
    for row in rows[::MINUTES]:
        at = row.at // 60 * 60
        counts = (draw.randint(0, 200), draw.randint(0, 200), draw.randint(-2, 5))
        yield Worked(at, "w", row.project, row.task, row.language, *counts)
        for kind, most in (("cpu_seconds", 20), ("memory_mb", 900)):
            yield Event(at, "", kind, None, float(draw.randint(1, most)), "")


UNSAFE = ("PRAGMA secure_delete=OFF", "PRAGMA synchronous=OFF", "PRAGMA cache_size=-100000")
"""A file that is new need not outlive a power cut while it is made; indices are written all over, in 100 MB."""


def build(path: Path, count: int, until: float, days: float = 365.0) -> dict[str, int]:
    """Write a ledger with `count` asks up to `until`, and all that belongs to them. Returns the rows of each table."""
    base = connected(path)
    for said in UNSAFE:
        base.execute(said)
    rows = {"asks": 0, "events": 0, "edits": 0}
    base.execute("BEGIN IMMEDIATE")
    for statement in DROP_TRIGGERS:
        base.execute(statement)
    stream = asks(count, until - days * DAY, days)
    while some := list(islice(stream, AT_ONCE)):
        base.execute("COMMIT")
        base.execute("BEGIN IMMEDIATE")
        for made in (some, [*outcomes(some), *work(some)]):
            for table, kind in (("asks", AskRow), ("events", Event), ("edits", Worked)):
                these: list[tuple[Any, ...]] = [tuple(row) for row in made if type(row) is kind]
                names, marks = ", ".join(kind._fields), ", ".join("?" * len(kind._fields))
                said = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
                rows[table] += base.executemany(said, these).rowcount if these else 0
    for statement in (*FILL, *CREATE_TRIGGERS):
        base.execute(statement)
    base.execute("COMMIT")
    base.close()
    return rows
