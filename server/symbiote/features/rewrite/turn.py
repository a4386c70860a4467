"""One turn on its way: what was asked, and what has been settled so far."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.core.timing import Cost
from symbiote.engine.desk import REWRITE
from symbiote.engine.port import Done, EngineStatus
from symbiote.features.house import House, Window
from symbiote.features.outcome import note
from symbiote.features.rewrite.conversation import Conversation
from symbiote.features.rewrite.draft import Draft, Wanted
from symbiote.features.rewrite.hearing import Hearing
from symbiote.features.rewrite.told import Progress
from symbiote.features.rewrite.track import Track

PATIENCE = 180.0
"""Seconds for one turn, the loading of the model included."""
Tell = Callable[[Progress], None]


@dataclass(slots=True)
class Turn:
    """One on its way. `stopped` is why it was ended early, from inside; `engine` is settled once the model is there, and
    `loading` is how long that took where it was not (ms): no other time counts it.
    """

    house: House
    window: Window
    wanted: Wanted
    tell: Tell
    talk: Conversation
    number: int
    track: Track
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    cost: Cost = field(default_factory=Cost)
    engine: EngineStatus | None = None
    loading: float = 0.0
    draft: Draft | None = None
    hearing: Hearing | None = None
    read_only: bool = False
    stopped: Reason | None = None
    asking: asyncio.Task[Done] | None = None
    done: Done | None = None
    detail: str = ""

    @property
    def until(self) -> float:
        return self.wanted.asked_at + PATIENCE

    def stop(self, reason: Reason | None) -> None:
        """End it with what has come; without a reason the answer is complete."""
        self.stopped = self.stopped or reason
        if self.asking is not None:
            self.asking.cancel()

    def note(self, kind: str, value: float | None = None) -> None:
        note(self.house, self.window, kind, self.id, value, REWRITE)


def place(wanted: Wanted, window: Window) -> Moment:
    """The place of the region's first line, asked for by hand."""
    line = wanted.lines.start
    return Moment(wanted.document, line, 0, window.id, Trigger.INVOKED, wanted.asked_at)
