"""A budget in a file of its own, and what it says."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from symbiote.engine.remote.spend import Refused, Reservation, Spend

NOON = 1_795_262_400.0
"""2026-11-21 12:00 UTC."""
DAY = 86_400.0


@dataclass(frozen=True)
class Caps:
    usd_per_day: float | None = 1.0
    usd_per_month: float | None = 10.0


class Clock:
    def __init__(self, now: float = NOON) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


CAPS = Caps()


@contextlib.asynccontextmanager
async def spending(path: Path, clock: Clock | None = None) -> AsyncIterator[Spend]:
    spend = Spend(path, clock=clock or Clock())
    try:
        yield spend
    finally:
        await spend.close()


async def reserved(spend: Spend, usd: float, caps: Caps = CAPS) -> Reservation:
    found = await spend.reserve("groq", "m", "complete", usd, caps)
    assert isinstance(found, Reservation), found
    return found


async def refused(spend: Spend, usd: float, caps: Caps = CAPS) -> str:
    found = await spend.reserve("groq", "m", "complete", usd, caps)
    assert isinstance(found, Refused)
    return found.sentence
