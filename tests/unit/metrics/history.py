"""Made-up histories: rows of the ledger as a year of work would leave them, and the ledger that holds them."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from symbiote.metrics.events import AskRow, Event
from symbiote.metrics.ledger import Ledger

DAY = 86_400.0
ORIGINS = ("computed", "typed_through", "prefetched", "remembered")
KINDS = (
    *("accepted", "accepted_part", "dismissed", "ignored"),
    *("still_30s", "still_2m", "still_5m", "still_10m"),
)


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
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[AskRow], list[Event]]:
    rows = draw(st.lists(asks(), max_size=25, unique_by=lambda row: row.id))
    events = []
    for row in rows:
        if row.outcome != "shown":
            continue
        for kind in draw(st.lists(st.sampled_from(KINDS), max_size=3, unique=True)):
            value = draw(st.floats(0, 1)) if kind != "accepted" else None
            events.append(Event(row.at + 1, row.window, kind, row.id, value, row.feature))
    return rows, events


def written(path: Path, rows: list[Any]) -> Path:
    """A ledger with these rows."""
    ledger = Ledger(path)
    for row in rows:
        ledger.note(row)
    ledger.flush()
    ledger.close()
    assert not ledger.trouble
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
