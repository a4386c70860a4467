"""Where a window's user has been: its open documents in the order of the last visit, and how each was when it was opened.

Noted at every edit, so nothing here looks at a text.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace

from symbiote.context.hunks import Changed
from symbiote.core.text import Document

DOCUMENTS = 64
"""Followed at most; the one visited longest ago gives way."""


@dataclass(frozen=True, slots=True)
class Followed:
    """`edited` and `visited` are `time.monotonic()` in seconds; `edited` is None for a document as it was opened."""

    opened: Document
    now: Document
    visited: float
    edited: float | None = None


class Trail:
    """A window's."""

    def __init__(self) -> None:
        self._followed: OrderedDict[str, Followed] = OrderedDict()

    def __contains__(self, uri: str) -> bool:
        return uri in self._followed

    def edited(self, document: Document, now: float) -> None:
        """It was opened, or is now as given."""
        known = self._followed.get(document.uri)
        if known is None or known.now.language != document.language or known.now.too_large:
            self._put(Followed(document, document, now))
        elif known.now is not document:
            self._put(replace(known, now=document, visited=now, edited=now))

    def visited(self, uri: str, now: float) -> None:
        """Somebody is in it."""
        known = self._followed.get(uri)
        if known is not None:
            self._put(replace(known, visited=now))

    def forget(self, uri: str) -> None:
        """It was closed."""
        self._followed.pop(uri, None)

    def leave(self) -> None:
        self._followed.clear()

    def get(self, uri: str) -> Followed | None:
        return self._followed.get(uri)

    @property
    def uris(self) -> tuple[str, ...]:
        """The one visited last at the end."""
        return tuple(self._followed)

    def changes(self, uris: set[str]) -> tuple[Changed, ...]:
        """Of those documents that were edited since they were opened."""
        return tuple(
            Changed(one.opened, one.now, one.edited)
            for uri, one in self._followed.items()
            if uri in uris and one.edited is not None and not one.now.too_large
        )

    def _put(self, followed: Followed) -> None:
        self._followed[followed.now.uri] = followed
        self._followed.move_to_end(followed.now.uri)
        if len(self._followed) > DOCUMENTS:
            self._followed.popitem(last=False)
