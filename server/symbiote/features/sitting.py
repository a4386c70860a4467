"""The state of a flow session: how long was worked, how long paused, and how it is kept when the daemon ends. Pure.

Time is added up from a clock that never goes back, look by look, so that a clock of the day that jumps makes nothing negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from symbiote.core.flow import Kind
from symbiote.metrics.events import Session

GAP = 120.0
"""Seconds without a daemon that still count as worked: it was restarted. After more, the session comes back paused."""


@dataclass(slots=True)
class Sitting:
    """One session. `at` is Unix seconds, `looked` the clock at the last look, `seen` Unix seconds when it was kept last;
    `interruptions` counts, `lines` were added less those removed.
    """

    id: str
    feature: str
    kind: Kind
    planned_s: float
    at: float
    project: str = ""
    worked_s: float = 0.0
    paused_s: float = 0.0
    paused: bool = False
    looked: float = 0.0
    seen: float = 0.0
    interruptions: int = 0
    moves: int = 0
    lines: int = 0

    def look(self, now: float) -> None:
        """The time since the last look was worked, or paused."""
        passed = max(0.0, now - self.looked)
        self.looked = max(self.looked, now)
        if self.paused:
            self.paused_s += passed
        else:
            self.worked_s += passed

    def pause(self, now: float) -> bool:
        """Whether anything changed."""
        self.look(now)
        changed, self.paused = not self.paused, True
        return changed

    def resume(self, now: float) -> bool:
        self.look(now)
        changed, self.paused = self.paused, False
        return changed

    @property
    def left_s(self) -> float:
        """Of the planned time; 0 when it is over. The session goes on until somebody ends it."""
        return max(0.0, self.planned_s - self.worked_s)

    @property
    def moment(self) -> float:
        """Unix seconds, by the session's own clock."""
        return self.at + self.worked_s + self.paused_s

    def row(
        self,
        ended: float | None = None,
        complete: bool | None = None,
        tests: bool | None = None,
    ) -> Session:
        """As the ledger has it. `ended` is the day's clock: what it says beyond the session's own (the machine slept) was paused."""
        paused = self.paused_s
        if ended is not None:
            ended = max(ended, self.moment)
            paused = ended - self.at - self.worked_s
        over = ended is not None
        return Session(
            self.id,
            self.at,
            ended,
            self.kind.value,
            self.feature,
            self.project,
            self.planned_s,
            max(0.0, paused),
            self.lines if over else None,
            complete,
            tests,
        )

    def kept(self, wall: float) -> dict[str, Any]:
        return asdict(self) | {"seen": wall}


def restored(kept: Mapping[str, Any], now: float, wall: float) -> Sitting | None:
    """What `kept` tells, and the time since; None for what cannot be understood."""
    try:
        found = Sitting(**{field.name: kept[field.name] for field in fields(Sitting)})
        found.kind = Kind(found.kind)
        numbers = (found.planned_s, found.at, found.worked_s, found.paused_s, found.seen)
        if not all(isinstance(one, float | int) and one >= 0 for one in numbers):
            return None
        if not isinstance(found.feature, str) or not isinstance(found.id, str):
            return None
    except (KeyError, TypeError, ValueError):
        return None
    gap = max(0.0, wall - found.seen)
    if gap > GAP:
        found.paused = True
    if found.paused:
        found.paused_s += gap
    else:
        found.worked_s += gap
    found.looked = now
    return found
