"""The figures one window shows in its status bar: computed answers of this session only."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from symbiote.core.answer import Answer, Origin, Suggestion

KEPT = 1_000
"""Latencies kept per window: p99 of the last thousand answers."""


@dataclass(slots=True)
class Readout:
    """Latencies in milliseconds of the suggestions the engine computed for this window."""

    computed: int = 0
    shown: int = 0
    accepted: int = 0
    last_ms: float | None = None
    last_silence: str | None = None
    _latencies: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))

    def note(self, answer: Answer) -> None:
        """Count an answer. Latency is that of suggestions the engine computed for this ask."""
        if isinstance(answer, Suggestion):
            self.shown += 1
            self.last_silence = None
            if answer.origin is Origin.COMPUTED:
                self.computed += 1
                self.last_ms = answer.cost.timing.total
                self._latencies.append(answer.cost.timing.total)
        else:
            self.last_silence = answer.reason.value

    def percentile(self, share: float) -> float | None:
        return percentile(sorted(self._latencies), share) if self._latencies else None


def percentile(ordered: Sequence[float], share: float) -> float:
    """Nearest-rank percentile of an ascending, non-empty sequence; `share` in (0, 1]."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
