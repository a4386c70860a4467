"""How much was written by hand and with help, minute by minute: the base of every figure "by active hour"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbiote.core.text import Document

MINUTE = 60.0
MOST = 64
"""Documents whose size is known; more are counted from their next change on."""


@dataclass(frozen=True, slots=True)
class Minute:
    """What happened in documents of one language in the minute that began at `at` (Unix seconds): characters typed by hand,
    characters that came from suggestions and rewrites, lines added less lines removed.
    """

    at: float
    language: str
    typed: int
    helped: int
    lines: int


class Minutes:
    """A window's. `clock` is Unix seconds; a minute is told by the first thing that happens after it, or by `flush`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._at = self._minute = 0.0
        self._counts: dict[str, list[int]] = {}
        self._sizes: dict[str, tuple[int, int]] = {}

    def opened(self, document: Document) -> None:
        """What is in it already was written before."""
        self._sizes[document.uri] = (document.size, len(document.lines))
        if len(self._sizes) > MOST:
            del self._sizes[next(iter(self._sizes))]

    def closed(self, uri: str) -> None:
        self._sizes.pop(uri, None)

    def edited(self, document: Document, *, by_hand: bool = True) -> list[Minute]:
        """It is now as given: what the minutes before came to. What a rewrite streams in is not by hand."""
        before = self._sizes.get(document.uri)
        self.opened(document)
        told = self._turn()
        if before is None:
            return told
        grown = document.size - before[0]
        counts = self._counts.setdefault(document.language, [0, 0, 0])
        counts[2] += len(document.lines) - before[1]
        if grown > 0:
            counts[0 if by_hand else 1] += grown
        return told

    def accepted(self, language: str, characters: int) -> None:
        """So many characters that were counted as typed came from a suggestion: editors tell of it afterwards."""
        counts = self._counts.setdefault(language, [0, 0, 0])
        moved = min(max(0, characters), max(0, counts[0]))
        counts[0] -= moved
        counts[1] += moved

    def flush(self) -> list[Minute]:
        """What the running minute came to."""
        counts, self._counts = self._counts, {}
        return [Minute(self._at, language, *three) for language, three in counts.items()]

    def cut(self) -> list[Minute]:
        """What the running minute came to so far; the rest of it is told apart: it belongs to another task."""
        told = self.flush()
        if self._minute:
            self._at = self._clock()
        return told

    def _turn(self) -> list[Minute]:
        now = self._clock() // MINUTE * MINUTE
        if now == self._minute:
            return []
        told = self.flush()
        self._at = self._minute = now
        return told
