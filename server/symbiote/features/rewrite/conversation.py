"""What was said about each rewrite of a window, and which of them are streaming. Bounded; it goes with the document."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from symbiote.core.answer import Reason
from symbiote.core.text import Document
from symbiote.features.rewrite.remembered import Question
from symbiote.features.rewrite.retention import Retention
from symbiote.features.rewrite.track import Track
from symbiote.prompt.rewrite import Request, Turn

CONVERSATIONS = 32
"""Of a window; the one that was not touched for longest gives way."""
TURNS = 30
"""Of a conversation; the first ones give way."""


@dataclass(slots=True)
class Took:
    """One turn that was asked. `ask` is its row in the ledger, `blocks` the new lines of the region, hunk by hunk.

    `reported` counts what was told of its hunks. `question` is what its answer is remembered for, None for a follow-up;
    `remembered` says that no model was asked.
    """

    number: int
    ask: str
    request: Request
    answer: str
    words: str
    name: str | None
    blocks: tuple[tuple[str, ...], ...] = ()
    reported: int = 0
    question: Question | None = None
    remembered: bool = False


@dataclass(slots=True)
class Conversation:
    """About one region of one document. `count` is the number of the last turn, `running` the one that streams now, `look` a
    second look at the last one.
    """

    uri: str
    count: int = 0
    turns: list[Took] = field(default_factory=list)
    running: Running | None = None
    look: asyncio.Task[None] | None = None

    def looks(self, task: asyncio.Task[None] | None) -> None:
        """`task` is the second look at the last turn from now on; an older one is of no use any more."""
        if self.look is not None:
            self.look.cancel()
        self.look = task

    def took(self, turn: Took) -> None:
        self.turns = [*self.turns, turn][-TURNS:]

    @property
    def said(self) -> list[Turn]:
        return [Turn(turn.request, turn.answer) for turn in self.turns]

    def find(self, number: int) -> Took | None:
        return next((turn for turn in self.turns if turn.number == number), None)


class Running:
    """A turn that streams: where its region is, how to end it early, and when it has ended."""

    def __init__(self, track: Track, stop: Callable[[Reason], None]) -> None:
        self.track = track
        self.stop = stop
        self.ended = asyncio.Event()

    def edited(self, document: Document) -> None:
        if document.uri == self.track.uri and not self.track.follows(document):
            self.stop(Reason.EDITED)


class Rewrites:
    """A window's conversations, by the ids its client chose, and what is looked at again later."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Conversation] = OrderedDict()
        self.retention = Retention()

    def conversation(self, id: str, uri: str) -> Conversation:
        """The one with this id, or a new one; of another document it is a new one too."""
        found = self._known.get(id)
        if found is None or found.uri != uri:
            found = self._known[id] = Conversation(uri)
        self._known.move_to_end(id)
        while len(self._known) > CONVERSATIONS:
            _, oldest = self._known.popitem(last=False)
            oldest.looks(None)
            if oldest.running is not None:
                oldest.running.stop(Reason.SUPERSEDED)
        return found

    def known(self, id: str) -> Conversation | None:
        return self._known.get(id)

    def streams(self, uri: str) -> bool:
        """Whether one streams into the document."""
        return any(one.running is not None and one.uri == uri for one in self._known.values())

    def edited(self, document: Document) -> None:
        """The document is now as given: a stream into lines that somebody else edited ends."""
        for one in self._known.values():
            if one.running is not None:
                one.running.edited(document)

    def closed(self, uri: str) -> None:
        """What was said about it is forgotten, and what streams into it ends."""
        for name, one in tuple(self._known.items()):
            if one.uri == uri:
                del self._known[name]
                one.looks(None)
                if one.running is not None:
                    one.running.stop(Reason.UNKNOWN_DOCUMENT)
        self.retention.closed(uri)

    def leave(self) -> None:
        """The window is gone."""
        for one in self._known.values():
            one.looks(None)
            if one.running is not None:
                one.running.stop(Reason.CANCELLED)
        self._known.clear()
        self.retention.leave()
