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
from symbiote.features.rewrite.remembered import Hit, Question
from symbiote.features.rewrite.told import Progress
from symbiote.features.rewrite.track import Track
from symbiote.prompt.rewrite import Request

PATIENCE = 180.0
"""Seconds for one turn, the loading of the model included."""
Tell = Callable[[Progress], None]


@dataclass(slots=True)
class Turn:
    """One on its way. `stopped` is why it was ended early, from inside; `engine` is settled once the model is there, and
    `loading` is how long that took where it was not (ms): no other time counts it. `drafts` are asked one after the other while
    nothing has come; `draft` is the one that was asked last. `question` is what its answer is remembered for, `hit` an answer that
    was, to `request`; `anew` says that what was said before does not count.
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
    drafts: list[Draft] = field(default_factory=list)
    loading: float = 0.0
    draft: Draft | None = None
    hearing: Hearing | None = None
    question: Question | None = None
    hit: Hit | None = None
    request: Request | None = None
    anew: bool = False
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
