"""Several contestants, one trace, by turns: each part of the trace is replayed by all before the next part begins.

A machine that grows slower or faster meanwhile then does so for all alike. All stay alive throughout; who is not at it
should use no CPU, and what it uses is measured. Knows nothing of who they are.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from symbiote.bench.meter import cpu_seconds
from symbiote.bench.replay import Replay

ROUNDS = 4
CALM, CALM_MOST = 0.5, 10.0
"""Seconds without work after which a contestant has ended what nobody asked for (a prefetch begins 0.2 s after a
suggestion, llama.vim tries again after 0.1 s), and seconds that this is waited for."""
CALM_CPU = 0.02
"""CPU seconds within `CALM` that count as no work: two ticks of the clock that /proc counts in."""

T = TypeVar("T")


@dataclass(slots=True)
class Seat:
    """A contestant at its replay; `pids` gives the processes whose CPU time is its own.

    `cpu_s` are the CPU seconds of its own turns, `idle` pairs of seconds and CPU seconds between them. None: not known.
    """

    name: str
    replay: Replay
    pids: Callable[[], Awaitable[Sequence[int]]]
    cpu_s: float | None = 0.0
    idle: list[tuple[float, float]] = field(default_factory=list)
    _left: tuple[float, float, tuple[int, ...]] | None = None

    @property
    def idle_share(self) -> float | None:
        """CPU seconds per second while others were at it; None for one that never waited, or where it is not known."""
        waited = sum(seconds for seconds, _ in self.idle)
        return round(sum(used for _, used in self.idle) / waited, 4) if waited else None

    async def turn(self, end: int) -> None:
        """Play up to key `end`, and wait until nothing of it goes on."""
        pids = tuple(await self.pids())
        before = cpu_seconds(*pids)
        if self._left is not None and before is not None and self._left[2] == pids:
            self.idle.append((time.monotonic() - self._left[0], before - self._left[1]))
        await self.replay.play(end)
        await calm(pids)
        after = cpu_seconds(*pids)
        if before is None or after is None or self.cpu_s is None:
            self.cpu_s = self._left = None
        else:
            self.cpu_s += after - before
            self._left = time.monotonic(), after, pids


async def alternate(seats: Sequence[Seat], keys: int, rounds: int) -> None:
    """All of them through the first `keys` keys of their trace, in `rounds` parts."""
    for seat in seats:
        await seat.replay.open()
    for number, end in enumerate(ends(keys, rounds)):
        for seat in order(seats, number):
            await seat.turn(end)


def ends(keys: int, rounds: int) -> list[int]:
    """The number of the key before which each part ends: parts of equal length, none of them empty."""
    parts = min(keys, rounds)
    return [keys * part // parts for part in range(1, parts + 1)]


def order(seats: Sequence[T], number: int) -> list[T]:
    """Who plays when in round `number`: each comes first in turn."""
    at = number % len(seats)
    return [*seats[at:], *seats[:at]]


async def calm(pids: Sequence[int]) -> None:
    """Wait until the processes do nothing, at most `CALM_MOST` seconds; `CALM` where that cannot be seen."""
    until = time.monotonic() + CALM_MOST
    before = cpu_seconds(*pids)
    while time.monotonic() < until:
        await asyncio.sleep(CALM)
        after = cpu_seconds(*pids)
        if before is None or after is None or after - before <= CALM_CPU:
            return
        before = after
