"""Where typing began, for models that read the suffix after the prefix (PSM).

In their prompts, prefix, suffix, middle token, a key changes the end of the prefix, and the whole suffix is read again.
So the prefix is kept as it was where typing began, at the anchor, and what was typed since stands behind the middle token as
the beginning of the answer: a key then costs what was typed. The anchor holds while the text before it and after the
cursor is as it was. Anything else moves it to the cursor's line: a jump, a deletion past it, an edit elsewhere, much text
typed behind it; that ahead of time when nothing is typed for a while (`prefetch.py`).

Which anchor an answer was drawn with is part of its key (`around.py`); so where one stood is remembered with it.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from symbiote.core.moment import Moment
from symbiote.core.text import Position, body
from symbiote.engine.port import EngineStatus
from symbiote.features.around import Around, around, digest, nearby, reach

RECENT = 4
"""Anchors of a document: places one goes back to, and the one an accepted suggestion leads to."""
PLACES = 256
"""Places of a document whose anchor is remembered, as many as its answers."""
DOCUMENTS = 16


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place, and a digest of the text the engine reads before it and after the cursor."""

    at: Position
    sides: bytes

    def holds(self, engine: EngineStatus, moment: Moment) -> bool:
        """Whether nothing but the text between it and the cursor has changed, and that is not too long."""
        at, most = self.at, reach(engine)
        if (at.line, at.character) > (moment.line, moment.column) or moment.line - at.line > most:
            return False
        if at.character > len(body(moment.document.lines[at.line])):
            return False
        cut = nearby(engine, moment, at)
        size = len(cut.typed.encode("utf-8", "surrogatepass"))
        return size <= most and digest(cut.prefix, cut.suffix) == self.sides


class Anchors:
    """Those of one document."""

    def __init__(self) -> None:
        self._recent: list[Anchor] = []
        self._used: OrderedDict[Position, Anchor] = OrderedDict()

    def read(self, engine: EngineStatus, moment: Moment) -> Around:
        """What the engine read at `moment` when it was last asked there, else what it would be asked now."""
        used = self._used.get(Position(moment.line, moment.column))
        if used is None or not used.holds(engine, moment):
            used = self._nearest(engine, moment)
        return around(engine, moment, used.at)

    def begin(self, engine: EngineStatus, moment: Moment) -> Around:
        """What the engine is to read at `moment`. It is remembered that it was asked so."""
        place, anchor = Position(moment.line, moment.column), self._nearest(engine, moment)
        self._keep(anchor)
        self._used[place] = anchor
        self._used.move_to_end(place)
        if len(self._used) > PLACES:
            self._used.popitem(last=False)
        return around(engine, moment, anchor.at)

    def ahead(self, engine: EngineStatus, moment: Moment) -> Around | None:
        """What the engine would read with the anchor in the cursor's line; None while there is room behind the old one."""
        old, new = self._nearest(engine, moment), here(engine, moment)
        if old == new or 2 * len(nearby(engine, moment, old.at).typed) < reach(engine):
            return None
        return around(engine, moment, new.at)

    def move(self, engine: EngineStatus, moment: Moment) -> None:
        """The anchor is in the cursor's line; what was asked keeps the one it was asked with."""
        self._keep(here(engine, moment))

    def _nearest(self, engine: EngineStatus, moment: Moment) -> Anchor:
        """The one used last of those that hold, else a new one."""
        holding = (one for one in self._recent if one.holds(engine, moment))
        return next(holding, None) or here(engine, moment)

    def _keep(self, anchor: Anchor) -> None:
        self._recent = [anchor, *(one for one in self._recent if one != anchor)][:RECENT]


class Anchored:
    """A window's anchors, by document; the one asked about longest ago gives way."""

    def __init__(self) -> None:
        self._documents: OrderedDict[str, Anchors] = OrderedDict()

    def of(self, uri: str) -> Anchors:
        anchors = self._documents.setdefault(uri, Anchors())
        self._documents.move_to_end(uri)
        if len(self._documents) > DOCUMENTS:
            self._documents.popitem(last=False)
        return anchors

    def forget(self, uri: str) -> None:
        self._documents.pop(uri, None)


def here(engine: EngineStatus, moment: Moment) -> Anchor:
    """A new anchor for the cursor: behind the line's indentation.

    What is typed of the line is then the beginning of the answer from the first ask on (what that is worth:
    docs/models.md), and no half-typed word, which the engine takes back (token healing), lies on both sides of it.
    """
    before = moment.before
    for start in (len(before) - len(before.lstrip()), _word_start(before)):
        if len(before[start:].encode("utf-8", "surrogatepass")) <= reach(engine):
            break
    else:
        start = len(before)
    at = Position(moment.line, start)
    cut = nearby(engine, moment, at)
    return Anchor(at, digest(cut.prefix, cut.suffix))


def _word_start(before: str) -> int:
    start = len(before)
    while start and (before[start - 1].isalnum() or before[start - 1] == "_"):
        start -= 1
    return start
