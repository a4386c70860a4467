"""The documents one window holds open, as it last described them. Never read from disk, never guessed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

from lsprotocol import types as lsp

from symbiote.core.errors import Stale
from symbiote.core.notebook import Joiner
from symbiote.core.text import Document, Encoding, opened
from symbiote.wire.convert import span
from symbiote.wire.notebooks import Notebooks

log = logging.getLogger("symbiote.mirror")


class Mirror:
    """Uri to document. `ignored` counts changes that could not be followed."""

    def __init__(self) -> None:
        self.encoding = Encoding.UTF16
        self.ignored = 0
        self.notebooks = Notebooks()
        self._joiner = Joiner()
        self._documents: dict[str, Document] = {}

    def get(self, uri: str) -> Document | None:
        """The document; a notebook's cell with those above it."""
        held, above = self._documents.get(uri), self.notebooks.above(uri)
        if held is None or not above:
            return held
        cells = [cell for one in above if (cell := self._documents.get(one))]
        return self._joiner.join(held, cells)

    def open(self, uri: str, language: str, version: int, text: str) -> None:
        """Take a document in; one already open is replaced."""
        self._documents[uri] = opened(uri, language, version, text)

    def open_too_large(self, uri: str, language: str, version: int) -> None:
        """Remember that a document is open whose text was too long to be taken in."""
        self._documents[uri] = Document(uri, language, version, [""], too_large=True)

    def close(self, uri: str) -> None:
        self._documents.pop(uri, None)

    def change(
        self, uri: str, version: int, changes: Sequence[lsp.TextDocumentContentChangeEvent]
    ) -> None:
        """Follow an edit, all of it or none.

        After a version that is not newer nobody knows what the editor holds: the document is forgotten
        until it is opened again. Gaps are legal.
        """
        held = self._documents.get(uri)
        if held is None:
            self.ignored += 1
            return
        try:
            held.follow(version)
        except Stale:
            self.ignored += 1
            log.warning("a document went back from version %d to %d", held.version, version)
            self.close(uri)
            return
        self._documents[uri] = self._changed(held, version, changes)

    def _changed(
        self,
        held: Document,
        version: int,
        changes: Sequence[lsp.TextDocumentContentChangeEvent],
    ) -> Document:
        before = held.version
        for change in changes:  # one version for all of them, each on top of the one before
            held = replace(held, version=before)
            if isinstance(change, lsp.TextDocumentContentChangePartial):
                held = held.edit(span(change.range), change.text, self.encoding, version)
            else:
                held = held.replaced(change.text, version)
        return replace(held, version=version)
