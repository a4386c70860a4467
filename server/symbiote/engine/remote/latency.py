"""How long providers take to their first text: the median of the last answers, per provider and task."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Callable

ANSWERS, SECONDS = 15, 900.0
"""How many answers and how far back count. A provider that was slow is tried again when nothing is known of it any more."""
HIGH = 0.95


class Latency:
    """In milliseconds. `clock` is in seconds and never goes back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told: dict[tuple[str, str], deque[tuple[float, float, bool]]] = {}

    def took(self, provider: str, task: str, ms: float) -> None:
        """The first text came after `ms`."""
        self._note(provider, task, ms, answered=True)

    def waited(self, provider: str, task: str, ms: float) -> None:
        """Nothing had come after `ms`, when nobody waited any longer. Counts only where that is longer than usual, for
        otherwise the answers that are too slow to be waited for would leave no trace."""
        usual = self.p50(provider, task)
        if usual is None or ms > usual:
            self._note(provider, task, ms, answered=False)

    def p50(self, provider: str, task: str = "", *, answered: bool = False) -> float | None:
        """The median; of all tasks without one. None when nothing recent is known. Where `answered`, of texts that came."""
        found = self._recent(provider, task, answered=answered)
        return statistics.median(found) if found else None

    def high(self, provider: str, task: str) -> float | None:
        """What 19 of 20 answers stay below."""
        found = sorted(self._recent(provider, task))
        return found[min(int(HIGH * len(found)), len(found) - 1)] if found else None

    def forget(self, provider: str) -> None:
        for key in [key for key in self._told if key[0] == provider]:
            del self._told[key]

    def _note(self, provider: str, task: str, ms: float, *, answered: bool) -> None:
        told = self._told.setdefault((provider, task), deque(maxlen=ANSWERS))
        told.append((self._clock(), ms, answered))

    def _recent(self, provider: str, task: str, *, answered: bool = False) -> list[float]:
        since = self._clock() - SECONDS
        return [
            ms
            for (who, what), told in self._told.items()
            if who == provider and (not task or what == task)
            for at, ms, came in told
            if at >= since and (came or not answered)
        ]
