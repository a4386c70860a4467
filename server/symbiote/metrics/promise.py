"""Whether suggestions come within half a second, told from the last asks that the engine had to work for."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from symbiote.core.answer import Answer, Origin, Reason, Suggestion

PROMISE_MS = 500.0
LAST = 20
"""Asks that are looked at."""
LATE = 2
"""Of the last 20 as many are late when their 95th percentile (nearest rank: the 19th) is."""
FRESH = 600.0
"""Seconds after which an ask says nothing any more of how things are."""
STAGES = ("wait", "context", "prompt", "queue", "prefill", "decode", "finish")
"""Of `core/timing.py`, in their order."""
UNFINISHED = "unfinished"
PROVIDER = "provider"
"""What took the time beside the stages: an answer that had not come by the deadline; a provider elsewhere."""


@dataclass(frozen=True, slots=True)
class Slow:
    """The promise slips: `late` of the last `of` asks, `missed` of them had no answer by their deadline. `stage` took most of the time."""

    late: int
    of: int
    missed: int
    stage: str


@dataclass(slots=True)
class Promise:
    """The last asks whose suggestion was computed, and those whose deadline came first; reused ones say nothing of speed."""

    clock: Callable[[], float] = time.monotonic
    _asks: deque[tuple[float, Answer]] = field(default_factory=lambda: deque(maxlen=LAST))

    def note(self, answer: Answer) -> None:
        if _missed(answer) or (isinstance(answer, Suggestion) and answer.origin is Origin.COMPUTED):
            self._asks.append((self.clock(), answer))

    def slow(self) -> Slow | None:
        """What is the matter, or None while the promise holds: one late answer is none."""
        since = self.clock() - FRESH
        asks = [answer for at, answer in self._asks if at >= since]
        late = [one for one in asks if _missed(one) or one.cost.timing.total > PROMISE_MS]
        if len(late) < LATE:
            return None
        took: Counter[str] = Counter()
        for answer in late:
            took.update(dict(_stages(answer)))
        stage = max(took, key=lambda name: took[name])
        return Slow(len(late), len(asks), sum(map(_missed, late)), stage)


def _missed(answer: Answer) -> bool:
    return not isinstance(answer, Suggestion) and answer.reason is Reason.DEADLINE


def _stages(answer: Answer) -> Iterator[tuple[str, int]]:
    """Microseconds of an ask by stage."""
    timing = answer.cost.timing
    if isinstance(answer, Suggestion) and answer.outside is not None:
        yield PROVIDER, round(timing.total * 1000)
        return
    known = 0.0
    for stage in STAGES:
        took = getattr(timing, stage)
        known += took
        yield stage, round(took * 1000)
    if _missed(answer):
        yield UNFINISHED, round(max(0.0, timing.total - known) * 1000)
