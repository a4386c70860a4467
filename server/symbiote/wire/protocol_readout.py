"""What the status says of how fast answers come: parts of `symbiote/status`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageStatus:
    """A stage of computed answers, in milliseconds: of the last one, and the median of the recent ones."""

    stage: str
    last_ms: float
    p50_ms: float


@dataclass(frozen=True, slots=True)
class SlowStatus:
    """Of the last `of` asks that had to be computed `late` took over half a second, `missed` of them had no answer by the deadline.

    `stage` took most of the time: one of the stages, `provider`, or `unfinished` where no answer came.
    """

    late: int
    of: int
    missed: int
    stage: str
