"""Writes a made-up month of work into a ledger, for the picture of the dashboard: `python month.py LEDGER`.

Drawn from distributions with a fixed seed; nothing of it was measured.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from symbiote.metrics.events import AskRow, Event, Worked
from symbiote.metrics.ledger import Ledger

DAY = 86_400.0
DAYS, ASKS = 34, 110
STAGES = (0.04, 0.02, 0.07, 0.05, 0.3, 0.47, 0.05)
SILENCES = (
    ("superseded", 40),
    ("cancelled", 18),
    ("low_confidence", 17),
    ("blank", 9),
    ("mid_word", 8),
    ("deadline", 3),
    ("excluded", 1),
)
ORIGINS = (("computed", 46), ("typed_through", 29), ("prefetched", 19), ("remembered", 6))
TASKS = ("invoice-export", "login-rate-limit", "search-ranking", "main")
MODELS = (("embedded", 0.27, 2.7), ("qwen2.5-coder-1.5b", 0.34, 4.35))
CAUSES = (("waited", 9, 2.5), ("bad answer", 7, 31.0), ("error", 3, 48.0), ("focus lost", 5, 95.0))


def one_of(rng: random.Random, weighted: tuple[tuple[str, int], ...]) -> str:
    names, weights = zip(*weighted, strict=True)
    return str(rng.choices(names, weights)[0])


def ask(rng: random.Random, number: int, at: float, day: int) -> tuple[AskRow, float]:
    """A row, and how likely it is to be accepted."""
    model, taken, speed = MODELS[rng.random() < min(0.75, day / DAYS)]
    rewrite = rng.random() < 0.05
    shown = rewrite or rng.random() < 0.43
    total = rng.lognormvariate(7.4 if rewrite else speed + 0.25 * rng.random(), 0.55)
    outside = rewrite and rng.random() < 0.4
    row = AskRow(
        id=f"{number:032x}",
        at=at,
        window="w",
        feature="rewrite" if rewrite else "complete",
        language=rng.choices(("python", "typescript", "rust"), (6, 3, 1))[0],
        trigger="automatic",
        outcome="shown" if shown else one_of(rng, SILENCES),
        origin=("computed" if rewrite else one_of(rng, ORIGINS)) if shown else None,
        engine="groq" if outside else "local",
        model="llama-3.3-70b" if outside else model,
        **{f"{name}_ms": total * part for name, part in zip(NAMES, STAGES, strict=True)},
        total_ms=total,
        prompt_tokens=700,
        evaluated_tokens=40,
        generated_tokens=18,
        characters=rng.randint(6, 90) if shown else 0,
        lines=1 if shown else 0,
        confidence=-0.6 if shown else None,
        usd=0.0004 * rng.uniform(0.5, 3) if outside else None,
        attempts=int(outside),
        task=rng.choices(TASKS, (4, 3, 2, 2))[0],
        project="3f9a1c",
        late=False,
    )
    return row, 0.62 if rewrite else taken * (1 + day / DAYS / 4)


NAMES = ("wait", "context", "prompt", "queue", "prefill", "decode", "finish")


def fates(rng: random.Random, row: AskRow, chance: float) -> Iterator[Event]:
    if row.outcome != "shown":
        return
    rest = {"feature": row.feature, "task": row.task, "project": row.project}

    def event(kind: str, after: float, value: float | None = None) -> Event:
        return Event(row.at + after, "w", kind, row.id, value, **rest)

    if row.feature == "rewrite" and rng.random() < 0.35:
        yield event("iterated", 20, 2)
    if rng.random() < chance:
        yield event("accepted", 1)
        left = 1.0
        for kind, after in (("30s", 30), ("2m", 120), ("5m", 300), ("10m", 600)):
            left *= rng.choices((1.0, rng.uniform(0.2, 0.95)), (9, 1))[0]
            yield event(f"still_{kind}", after, round(left, 4))


def month(now: float, seed: int = 11) -> Iterator[Any]:
    rng, number = random.Random(seed), 0
    for day in range(DAYS):
        begin = (now // DAY - DAYS + 1 + day) * DAY
        if time.gmtime(begin).tm_wday >= 5:
            continue
        for _ in range(int(ASKS * rng.uniform(0.6, 1.4))):
            at = min(begin + rng.uniform(8, 17) * 3_600, now - 700)
            row, chance = ask(rng, number, at, day)
            number += 1
            yield row
            yield from fates(rng, row, chance)
        for minute in range(int(150 * rng.uniform(0.7, 1.3))):
            yield Worked(begin + 3e4 + 60 * minute, "w", "3f9a1c", "main", "python", 55, 40, 2)
        if day % 3 == 0:
            cause, _, seconds = rng.choices(CAUSES, [weight for _, weight, _ in CAUSES])[0]
            value = round(seconds * rng.uniform(0.5, 1.5), 1)
            at, kind = begin + 4e4, "interrupted"
            yield Event(at, "w", kind, None, value, "flow", task="main", cause=cause)


if __name__ == "__main__":
    ledger = Ledger(Path(sys.argv[1]))
    for thing in month(time.time()):
        ledger.note(thing)
    ledger.flush()
    ledger.close()
