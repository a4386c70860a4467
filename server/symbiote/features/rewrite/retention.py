"""What is left of accepted text after a while: asked of the document as the editor has it then, by timers.

The text is held in memory for as long as it is looked at, and goes with its document; what is told is a similarity.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from symbiote.core.text import Document
from symbiote.metrics.score import still_there

AFTER = {"still_30s": 30.0, "still_2m": 120.0, "still_5m": 300.0, "still_10m": 600.0}
"""Kind of event and seconds after the text was accepted."""
EDITED = "edited_after"
"""Told once, at the first look at which the text is no longer as it was; its value is the seconds that took, at most."""
MOST = 64
LINES = 400
"""Of one text that are compared; of longer ones the first."""

Live = Callable[[str], Document | None]
Tell = Callable[[str, float], None]
"""Takes the kind of an event and its value."""
Blocks = tuple[tuple[str, ...], ...]
"""Lines that were put into a document, block by block."""
UNDONE = 0.9
"""A block of which less is there at once was undone before."""


@dataclass(slots=True)
class _Kept:
    uri: str
    blocks: Blocks
    tell: Tell
    edited: bool = False
    timers: list[asyncio.TimerHandle] = field(default_factory=list)


class Retention:
    """A window's. `later(seconds, call)` sets a timer, asyncio's unless a test has its own."""

    def __init__(
        self, later: Callable[[float, Callable[[], None]], asyncio.TimerHandle] | None = None
    ) -> None:
        self._later = later or (
            lambda wait, call: asyncio.get_running_loop().call_later(wait, call)
        )
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def keep(self, id: str, uri: str, blocks: Blocks, live: Live, tell: Tell) -> None:
        """Look after `blocks` of a document, which were accepted now; `live` gives the document as it is then."""
        now = live(uri)
        found = tuple(
            block[:LINES]
            for block in blocks
            if now is not None
            and "".join(block).strip()
            and still_there(block, now.lines) >= UNDONE
        )
        if not found:
            return
        self.forget(id)
        kept = self._kept[id] = _Kept(uri, found, tell)
        for kind, wait in AFTER.items():
            kept.timers.append(self._later(wait, lambda k=kind, w=wait: self._look(id, k, w, live)))  # type: ignore[misc]
        while len(self._kept) > MOST:
            self.forget(next(iter(self._kept)))

    def forget(self, id: str) -> None:
        kept = self._kept.pop(id, None)
        for timer in kept.timers if kept else ():
            timer.cancel()

    def closed(self, uri: str) -> None:
        """A closed document says nothing of its text."""
        for name, kept in tuple(self._kept.items()):
            if kept.uri == uri:
                self.forget(name)

    def leave(self) -> None:
        for name in tuple(self._kept):
            self.forget(name)

    def _look(self, id: str, kind: str, after: float, live: Live) -> None:
        kept = self._kept[id]
        document = live(kept.uri)
        if document is not None and not document.too_large:
            share = _share(kept.blocks, document.lines)
            if share < 1.0 and not kept.edited:
                kept.edited = True
                kept.tell(EDITED, after)
            kept.tell(kind, round(share, 4))
        if kind == next(reversed(AFTER)):
            del self._kept[id]


def _share(blocks: Blocks, lines: Sequence[str]) -> float:
    """How much of all blocks together is there still, by their characters."""
    sizes = [sum(map(len, block)) for block in blocks]
    left = sum(size * still_there(b, lines) for b, size in zip(blocks, sizes, strict=True))
    return left / sum(sizes)
