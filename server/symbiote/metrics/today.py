"""How many suggestions were shown and accepted since midnight, in all windows of this daemon and those before it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class Today:
    """Counts of one day by the clock on the wall; another day begins with nothing."""

    clock: Callable[[], float] = time.time
    _day: float = 0.0
    _shown: int = 0
    _accepted: int = 0

    def show(self) -> None:
        self.before(self._midnight(), 1, 0)

    def accept(self) -> None:
        self.before(self._midnight(), 0, 1)

    def before(self, day: float, shown: int, accepted: int) -> None:
        """Add what was written down of the day that began at `day` (Unix seconds); of another day it counts for nothing."""
        self._turn()
        if day == self._day:
            self._shown += shown
            self._accepted += accepted

    @property
    def shown(self) -> int:
        self._turn()
        return self._shown

    @property
    def accepted(self) -> int:
        self._turn()
        return self._accepted

    def _midnight(self) -> float:
        return midnight(self.clock())

    def _turn(self) -> None:
        if (day := self._midnight()) != self._day:
            self._day, self._shown, self._accepted = day, 0, 0


def midnight(now: float) -> float:
    """When the local day of `now` began, in Unix seconds."""
    at = time.localtime(now)
    return time.mktime((at.tm_year, at.tm_mon, at.tm_mday, 0, 0, 0, 0, 0, -1))
