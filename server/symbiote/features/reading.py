"""When documents are read by their grammar: at once when they are opened, and again when nobody types.

Never on a keystroke's path. Until it is done the last tree, or the lines alone, tell what there is to tell.
"""

from __future__ import annotations

import asyncio
import logging

from symbiote.core.text import Document
from symbiote.features.pause import PAUSE
from symbiote.grammar import places
from symbiote.grammar.languages import GRAMMARS
from symbiote.grammar.trees import LARGEST, known, read

log = logging.getLogger("symbiote.reading")


class Reading:
    """One window's documents, by URI."""

    def __init__(self) -> None:
        self._planned: dict[str, asyncio.TimerHandle] = {}
        self._under_way: dict[str, asyncio.Future[None]] = {}
        self._read: set[str] = set()

    def plan(self, document: Document) -> None:
        """Have `document` read as it is now, unless it changes before."""
        uri = document.uri
        if (planned := self._planned.pop(uri, None)) is not None:
            planned.cancel()
        if document.language not in GRAMMARS or document.too_large or document.size > LARGEST:
            return
        pause = PAUSE if known(document) is not None else 0.0
        loop = asyncio.get_running_loop()
        self._planned[uri] = loop.call_later(pause, self._begin, document)

    def forget(self, uri: str) -> None:
        """The document is closed: nothing of it is kept, not of what is being read either."""
        if (planned := self._planned.pop(uri, None)) is not None:
            planned.cancel()
        self._under_way.pop(uri, None)
        self._read.discard(uri)
        places.forget(uri)

    def leave(self) -> None:
        """The window is gone."""
        for uri in {*self._planned, *self._read}:
            self.forget(uri)

    def _begin(self, document: Document) -> None:
        uri = document.uri
        del self._planned[uri]
        loop = asyncio.get_running_loop()
        reading = loop.run_in_executor(None, _read, document)
        self._under_way[uri] = reading
        self._read.add(uri)

        def done(_: asyncio.Future[None]) -> None:
            if uri not in self._under_way:
                places.forget(uri)  # closed in the meantime
            elif self._under_way[uri] is reading:
                del self._under_way[uri]

        reading.add_done_callback(done)


def _read(document: Document) -> None:
    try:
        read(document)
    except Exception:
        log.exception("a document could not be read by its grammar")
