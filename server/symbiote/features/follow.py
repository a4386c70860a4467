"""What happens to documents and windows beside asks: what was computed for them is kept, stopped or forgotten."""

from __future__ import annotations

import time

from symbiote.core.text import Document
from symbiote.features.house import House, Window


def edited(window: Window, uri: str, document: Document | None) -> None:
    """A document is now as given; None when it is no longer known."""
    if document is None:
        closed(window, uri)
    else:
        window.flights.edited(document)
        window.rejected.edited(document, time.monotonic())
        window.rewrites.edited(document)


def closed(window: Window, uri: str) -> None:
    """Answers for it are forgotten, and its text; those still under way are remembered nowhere."""
    window.memory.forget(uri)
    window.anchored.forget(uri)
    window.flights.closed(uri)
    window.excluded.pop(uri, None)
    window.prepared.forget(uri)
    window.rejected.forget(uri)
    window.rewrites.closed(uri)
    last = window.last
    if last is not None and last.moment is not None and last.moment.document.uri == uri:
        window.last = last.without_text()


def forget(window: Window) -> None:
    """Other settings: every answer is computed anew."""
    window.memory.clear()
    window.longer = None
    window.rejected.forget()
    window.flights.drop_ahead()


def leave(house: House, window: Window) -> None:
    """The window is gone."""
    window.flights.leave()
    window.prepared.leave()
    window.rewrites.leave()
    house.desk.leave(window.id)
    window.memory.clear()
