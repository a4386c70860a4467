"""The figures one window shows in its status bar: computed answers of this session only."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from symbiote.core.answer import Answer, Origin, Suggestion
from symbiote.core.timing import Timing
from symbiote.metrics.promise import STAGES, Promise

KEPT = 1_000
"""Latencies kept per window: p99 of the last thousand answers."""
RECENT = 30
"""Answers that are shown one by one, and whose stages are kept."""


@dataclass(slots=True)
class Readout:
    """Latencies in milliseconds of the suggestions the engine computed for this window."""

    origins: Counter[Origin] = field(default_factory=Counter)
    accepted: int = 0
    last_ms: float | None = None
    last_silence: str | None = None
    promise: Promise = field(default_factory=Promise)
    _latencies: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    _timings: deque[Timing] = field(default_factory=lambda: deque(maxlen=RECENT))
    _taken: deque[str] = field(default_factory=lambda: deque(maxlen=RECENT))

    def note(self, answer: Answer) -> None:
        """Count an answer. Latency is that of suggestions the engine computed for this ask."""
        self.promise.note(answer)
        if isinstance(answer, Suggestion):
            self.origins[answer.origin] += 1
            self.last_silence = None
            if answer.origin is Origin.COMPUTED:
                self.last_ms = answer.cost.timing.total
                self._latencies.append(answer.cost.timing.total)
                self._timings.append(answer.cost.timing)
        else:
            self.last_silence = answer.reason.value

    def accept(self, id: str) -> bool:
        """Count suggestion `id` as accepted, once however often a client says so; whether it is news."""
        if id in self._taken:
            return False
        self._taken.append(id)
        self.accepted += 1
        return True

    @property
    def recent(self) -> list[float]:
        """The last latencies, oldest first."""
        return [timing.total for timing in self._timings]

    def stages(self) -> list[tuple[str, float, float]]:
        """Each stage's name, what it took of the last computed answer, and the median of the recent ones."""
        if not self._timings:
            return []
        took = [(name, [getattr(one, name) for one in self._timings]) for name in STAGES]
        return [(name, each[-1], percentile(sorted(each), 0.5)) for name, each in took]

    @property
    def computed(self) -> int:
        return self.origins[Origin.COMPUTED]

    @property
    def shown(self) -> int:
        return self.origins.total()

    def percentile(self, share: float) -> float | None:
        return percentile(sorted(self._latencies), share) if self._latencies else None


def shares(origins: Counter[Origin]) -> dict[str, float]:
    """Each origin's share of the suggestions shown, 0 to 1; all 0 before the first."""
    total = origins.total() or 1
    return {origin.value: round(origins[origin] / total, 4) for origin in Origin}


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest-rank percentile of an ascending, non-empty sequence; `share` in (0, 1]."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
