"""Made-up histories: rows of the ledger as a year of work would leave them, and the ledger that holds them."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import strategies as st

from symbiote.metrics.events import AskRow, Event, Worked
from symbiote.metrics.ledger import Ledger

DAY = 86_400.0
ORIGINS = ("computed", "typed_through", "prefetched", "remembered")
LOOKS = ("still_30s", "still_2m", "still_5m", "still_10m")
FATES = ("accepted", "accepted_part", "dismissed", "ignored", *LOOKS)
REWRITTEN = ("first_text", "done", "discarded", "edited_after")
RESOURCES = ("cpu_seconds", "memory_mb", "vram_mb", "gpu_share", "engine_ready")
TASKS, PROJECTS, WINDOWS = ("", "login", "search"), ("", "p1", "p2"), "ab"


class History(NamedTuple):
    """Rows of every table; `sessions` as they stand in it."""

    asks: list[AskRow]
    events: list[Event]
    edits: list[Worked]
    sessions: list[tuple[Any, ...]]


@st.composite
def asks(draw: st.DrawFn) -> AskRow:
    shown = draw(st.booleans())
    number = draw(st.integers(0, 10**9))
    stages = [draw(st.sampled_from((0.0, 0.5, 3.25, 17.0))) for _ in range(7)]
    return AskRow(
        id=f"{number:032x}",
        at=draw(st.floats(DAY, 5 * DAY)),
        window=draw(st.sampled_from("ab")),
        feature=draw(st.sampled_from(("complete", "rewrite"))),
        language=draw(st.sampled_from(("python", "rust"))),
        trigger="automatic",
        outcome="shown" if shown else draw(st.sampled_from(("blank", "deadline", "cancelled"))),
        origin=draw(st.sampled_from(ORIGINS)) if shown else None,
        engine=draw(st.sampled_from(("local", "groq"))),
        model=draw(st.sampled_from(("small", "large"))),
        **dict(
            zip(
                (
                    "wait_ms",
                    "context_ms",
                    "prompt_ms",
                    "queue_ms",
                    "prefill_ms",
                    "decode_ms",
                    "finish_ms",
                ),
                stages,
                strict=True,
            )
        ),
        total_ms=round(sum(stages) + draw(st.floats(0, 900)), 3),
        prompt_tokens=draw(st.integers(0, 2_000)),
        evaluated_tokens=3,
        generated_tokens=draw(st.integers(0, 48)),
        characters=draw(st.integers(0, 200)) if shown else 0,
        lines=1 if shown else 0,
        confidence=-0.5 if shown else None,
        task=draw(st.sampled_from(TASKS)),
        project=draw(st.sampled_from(PROJECTS)),
        late=draw(st.sampled_from((None, False, True))),
        **draw(st.sampled_from(OUTSIDE)),
    )


OUTSIDE: tuple[dict[str, Any], ...] = (
    {},
    {"attempts": 1, "cached_tokens": 7, "usd": 0.25},
    {"attempts": 2, "cached_tokens": 0, "usd": None},
)
"""What is known of who answered: this machine, or a provider with and without a price."""


def _value(draw: st.DrawFn, kind: str) -> float | None:
    if kind == "accepted_part":
        return float(draw(st.integers(1, 40)))
    if kind in LOOKS:
        return draw(st.floats(0, 1))
    return draw(st.sampled_from((0.2, 0.75, 3.0))) if kind == "ignored" else None


@st.composite
def histories(draw: st.DrawFn) -> History:
    rows = draw(st.lists(asks(), max_size=25, unique_by=lambda row: row.id))
    events = []
    for row in rows:
        kinds = FATES if row.outcome == "shown" else ()
        more = REWRITTEN if row.feature == "rewrite" else ()
        for kind in (
            draw(st.lists(st.sampled_from((*kinds, *more)), max_size=4, unique=True))
            if kinds or more
            else ()
        ):
            value = _value(draw, kind) if kind in FATES else float(draw(st.integers(0, 900)))
            about = (row.feature, 0, row.task, row.project)
            events.append(Event(row.at + 1, row.window, kind, row.id, value, *about))
        if row.feature == "rewrite" and draw(st.booleans()):
            hunks = Event(row.at, row.window, "hunks_kept", row.id, 2.0, "rewrite", 1, row.task)
            again = hunks._replace(kind="iterated", part=2, value=2.0)
            events += [hunks._replace(project=row.project), again._replace(project=row.project)]
    for kind in draw(st.lists(st.sampled_from((*RESOURCES, "interrupted")), max_size=6)):
        at, value = draw(st.floats(DAY, 5 * DAY)), float(draw(st.integers(0, 50)))
        task, cause = draw(st.sampled_from(TASKS)), draw(st.sampled_from(("waited", "error")))
        about = ("", 0, task, "", cause if kind == "interrupted" else "")
        events.append(Event(at, "a", kind, None, value, *about))
    return History(rows, draw(st.permutations(events)), draw(_edits()), draw(_sessions()))


@st.composite
def _edits(draw: st.DrawFn) -> list[Worked]:
    minutes = st.builds(
        Worked,
        st.integers(1440, 7199).map(lambda minute: minute * 60.0),
        *(st.sampled_from(names) for names in (WINDOWS, PROJECTS, TASKS, ("python", "rust"))),
        *(st.integers(0, 90), st.integers(0, 90), st.integers(-9, 9)),
    )
    return draw(
        st.lists(minutes, max_size=8, unique_by=lambda one: (one.at, one.window, one.language))
    )


@st.composite
def _sessions(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    made = []
    for number in range(draw(st.integers(0, 2))):
        at, long = draw(st.floats(DAY, 5 * DAY)), draw(st.sampled_from((None, 900.0, 7_200.0)))
        made.append(
            (f"s{number}", at, at + long if long else None, "assistance", *("", "", 600.0, 60.0))
        )
    return made


def written(path: Path, rows: list[Any]) -> Path:
    """A ledger with these rows."""
    ledger = Ledger(path)
    for row in rows:
        ledger.note(row)
    ledger.flush()
    ledger.close()
    assert not ledger.trouble
    return path


def kept(path: Path, history: History) -> Path:
    """A ledger with a whole history."""
    written(path, [*history.asks, *history.events, *history.edits])
    base = sqlite3.connect(path)
    names = "id, at, ended, kind, task, project, planned_s, paused_s"
    base.executemany(
        f"INSERT INTO sessions ({names}) VALUES ({', '.join('?' * 8)})", history.sessions
    )
    base.commit()
    base.close()
    return path


def year(count: int, seed: int = 1) -> list[AskRow]:
    """`count` asks of a year, for measuring how long reading takes."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        shown = rng.random() < 0.4
        total = rng.lognormvariate(3, 1)
        made.append(
            AskRow(
                f"{number:032x}",
                1.7e9 + 365 * DAY * number / count,
                "w",
                "complete" if rng.random() < 0.97 else "rewrite",
                rng.choice(("python", "typescript", "rust")),
                "automatic",
                "shown" if shown else rng.choice(("superseded", "low_confidence", "blank")),
                rng.choice(ORIGINS) if shown else None,
                "local",
                rng.choice(("embedded", "qwen")),
                *(total * part for part in (0.1, 0.0, 0.1, 0.1, 0.3, 0.35, 0.05)),
                total,
                400,
                5,
                12,
                30 if shown else 0,
                1 if shown else 0,
                -0.5 if shown else None,
            )
        )
    return made
