"""What becomes of a suggestion that was shown, as far as changes of the document tell.

Editors report a full accept and nothing else. A part that is taken by word or line is several characters of the suggestion
that come in one change; characters that come one by one were typed. One suggestion is watched at a time: the next one that is
shown takes its place on the screen. Each is settled exactly once.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symbiote.core.text import Document
from symbiote.features.rejected import Place

PAIR = 2
"""Characters that an editor may put in for one key: a bracket, and the one that closes it."""


class Fate(StrEnum):
    """`accepted_part`: some of it was taken by word or line. `typed_through`: at least its beginning was typed, and nothing else
    in its place. `ignored`: something else was typed. `superseded`: another suggestion came before anything happened.
    """

    ACCEPTED_PART = "accepted_part"
    TYPED_THROUGH = "typed_through"
    IGNORED = "ignored"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Settled:
    """`value` is how many characters were taken or typed; of what was ignored or superseded how many seconds it was seen."""

    id: str
    fate: Fate
    value: float
    language: str


@dataclass(slots=True)
class _Seen:
    id: str
    place: Place
    text: str
    since: float
    language: str
    here: int = 0
    taken: int = 0
    typed: int = 0


class Watch:
    """A window's. Times are `time.monotonic()` in seconds."""

    def __init__(self) -> None:
        self._seen: _Seen | None = None

    @property
    def at(self) -> Place | None:
        """Where the suggestion on the screen stands."""
        return self._seen.place if self._seen is not None else None

    @property
    def text(self) -> str:
        """Its text, "" without one."""
        return self._seen.text if self._seen is not None else ""

    def shows(self, id: str, place: Place, text: str, language: str, now: float) -> Settled | None:
        """Another suggestion is on the screen, or the same one again: what became of the one before."""
        if self._seen is not None and self._seen.id == id:
            self._seen.text = text
            return None
        settled = self._settle(Fate.SUPERSEDED, now)
        self._seen = _Seen(id, place, text, now, language)
        return settled

    def edited(self, document: Document, now: float) -> Settled | None:
        """The document is now as given."""
        seen = self._seen
        if seen is None or seen.place.uri != document.uri:
            return None
        typed = seen.place.typed(document)
        if typed is None:
            # Of a suggestion of several lines only the first one stands in its line.
            whole = _lines(seen.text) > 1 and _stands(seen, document)
            typed = seen.text if whole else None
        if typed is None or not seen.text.startswith(typed):
            return self._settle(Fate.IGNORED, now)
        grown, seen.here = len(typed) - seen.here, len(typed)
        if grown > PAIR or (grown == PAIR and typed[-PAIR:].isalnum()):
            seen.taken += grown
        elif grown > 0:
            seen.typed += grown
        return None

    def accepted(self, id: str) -> bool:
        """All of it was taken; whether it is the one on the screen."""
        known = self._seen is not None and self._seen.id == id
        if known:
            self._seen = None
        return known

    def dismissed(self) -> None:
        """It was sent away."""
        self._seen = None

    def closed(self, uri: str) -> None:
        """Nobody knows what became of it."""
        if self._seen is not None and self._seen.place.uri == uri:
            self._seen = None

    def _settle(self, otherwise: Fate, now: float) -> Settled | None:
        seen, self._seen = self._seen, None
        if seen is None:
            return None
        if seen.taken:
            return Settled(seen.id, Fate.ACCEPTED_PART, seen.taken, seen.language)
        if seen.typed:
            return Settled(seen.id, Fate.TYPED_THROUGH, seen.typed, seen.language)
        return Settled(seen.id, otherwise, round(now - seen.since, 3), seen.language)


def _lines(text: str) -> int:
    return text.count("\n") + 1


def _stands(seen: _Seen, document: Document) -> bool:
    """Whether all of a suggestion of several lines is in the document."""
    line = seen.place.line
    found = "".join(document.lines[line : line + _lines(seen.text)]).replace("\r\n", "\n")
    return found.startswith(seen.place.before + seen.text + seen.place.after)
