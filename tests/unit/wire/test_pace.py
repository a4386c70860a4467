"""The first word at once, the last word always, not more often than agreed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from symbiote.wire.handlers import STATUS_EVERY
from symbiote.wire.pace import Pace


def test_pace() -> None:
    async def run() -> list[int]:
        said: list[int] = []
        now = 0

        def act() -> None:
            said.append(now)

        pace = Pace(act, 0.05)
        for now in range(10):  # noqa: B007  read by act
            pace.touch()
        assert said == [0]
        await asyncio.sleep(0.1)
        assert said == [0, 9]
        await asyncio.sleep(0.1)
        pace.touch()
        pace.touch()
        pace.stop()
        await asyncio.sleep(0.1)
        pace.touch()
        return said

    assert asyncio.run(run()) == [0, 9, 9]


@dataclass
class Clock:
    """An event loop's clock and its one timer, moved by hand."""

    now: float = 0.0
    due: tuple[float, Callable[[], None]] | None = None

    def time(self) -> float:
        return self.now

    def call_later(self, wait: float, act: Callable[[], None]) -> Clock:
        assert self.due is None, "one timer at a time"
        self.due = (self.now + wait, act)
        return self

    def cancel(self) -> None:
        self.due = None

    def go(self, seconds: float) -> None:
        end = self.now + seconds
        if self.due is not None and self.due[0] <= end:
            self.now, act = self.due
            self.due = None
            act()
        self.now = max(self.now, end)


@given(st.lists(st.floats(0, 1.5), max_size=60))
def test_a_status_is_said_twice_a_second_at_most_and_nothing_while_idle(waits: list[float]) -> None:
    clock = Clock()
    said: list[tuple[float, int]] = []
    changes = 0
    with mock.patch.object(asyncio, "get_running_loop", lambda: clock):
        pace = Pace(lambda: said.append((clock.now, changes)), STATUS_EVERY)
    for wait in waits:
        clock.go(wait)
        changes += 1
        pace.touch()
    clock.go(STATUS_EVERY)
    times = [at for at, _ in said]
    assert all(later - at >= 0.5 - 1e-9 for at, later in pairwise(times))
    assert not waits or said[-1][1] == changes, "the last change is told"
    assert clock.due is None, "nothing runs while nothing changes"
