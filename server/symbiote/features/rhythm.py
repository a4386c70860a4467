"""The user's rhythm and the engine's: whether to begin now, or to wait until the next key is unlikely to come too soon.

An engine that takes longer than keys are apart is begun in vain for most of them. So an ask waits for the shortest pause
after which more often than not no key came while the engine would have worked, by the user's own last keys; at most
`MOST`, and all asks together at most `BURST` from the first that waits on, so that somebody who types evenly gets answers
too (a flight goes on while what is typed is what it says). An engine that is faster than the keys is begun at once.
"""

from __future__ import annotations

import statistics
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Sequence

MOST = 0.15
"""Seconds. Beyond that a wait is felt (keys come 150 to 250 ms apart: Dhakal et al., CHI 2018)."""
BURST = 0.3
KEYS = 64
FEWEST = 8
"""Keys, or answers, before anything is said of them."""
LONG = 2.0
"""Seconds. Longer gaps are no typing; they count as this long."""
ANSWERS = 32
ROOM = 1.2
"""Of the engine's time that must be left before the deadline."""


class EngineTime:
    """The median of what the engine took for its last answers, in seconds; 0 before it is known."""

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=ANSWERS)
        self._of: object = None
        self.median = 0.0

    def note(self, engine: object, seconds: float) -> None:
        """An answer of `engine`: another one begins anew."""
        if engine != self._of:
            self._of = engine
            self._last.clear()
        self._last.append(seconds)
        self.median = statistics.median(self._last) if len(self._last) >= FEWEST else 0.0


class Rhythm:
    """One window's keys. Times are readings of `time.monotonic()`, in seconds."""

    def __init__(self) -> None:
        self._gaps: deque[float] = deque()
        self._ordered: list[float] = []
        self._key: float | None = None
        self._waiting: float | None = None

    def key(self, now: float) -> None:
        """Somebody changed a document."""
        if self._key is not None:
            gap = min(now - self._key, LONG)
            self._gaps.append(gap)
            insort(self._ordered, gap)
            if len(self._gaps) > KEYS:
                del self._ordered[bisect_right(self._ordered, self._gaps.popleft()) - 1]
            if gap > BURST:
                self._waiting = None
        self._key = now

    def hold(self, now: float, engine: float, left: float = float("inf")) -> float:
        """Seconds to wait before an engine that takes `engine` seconds is begun, with `left` until the deadline."""
        if self._key is None or len(self._ordered) < FEWEST or engine <= 0:
            return 0.0
        most = min(MOST, left - ROOM * engine)
        if self._waiting is not None:
            most = min(most, self._waiting + BURST - now)
        wait = min(pause(self._ordered, now - self._key, engine), most)
        if wait <= 0:
            return 0.0
        self._waiting = now if self._waiting is None else self._waiting
        return wait

    def began(self) -> None:
        """The engine was begun: who asks from now on has not waited yet."""
        self._waiting = None


def pause(gaps: Sequence[float], since: float, engine: float) -> float:
    """How long to go on waiting, `since` seconds after the last key, until a key within `engine` seconds is less likely than none.

    `gaps` are the seconds between keys, ascending.
    """
    waited = since
    for start in range(bisect_right(gaps, since), len(gaps) + 1):
        if start:
            waited = max(since, gaps[start - 1])
        longer = len(gaps) - start
        soon = bisect_right(gaps, waited + engine) - start
        if 2 * soon < longer or not longer:
            return waited - since
    return waited - since
