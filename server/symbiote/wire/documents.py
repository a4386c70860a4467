"""What a window says of its documents: opened, changed, closed, and which of them no model may read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence

from lsprotocol import types as lsp

from symbiote.features import prepare
from symbiote.features.follow import closed, edited
from symbiote.features.house import House, Window
from symbiote.features.hush import excluded
from symbiote.wire.mirror import Mirror


class Documents:
    """One window's. `changed` is called when the status line may have to say something else."""

    def __init__(
        self, house: House, window: Window, mirror: Mirror, changed: Callable[[], None]
    ) -> None:
        self._house = house
        self._window = window
        self._mirror = mirror
        self._changed = changed
        self._looks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """The window is going."""
        for look in self._looks:
            look.cancel()

    def did_open(self, params: lsp.DidOpenTextDocumentParams) -> None:
        self._open([params.text_document])

    def did_change(self, params: lsp.DidChangeTextDocumentParams) -> None:
        it = params.text_document
        self._mirror.change(it.uri, it.version, params.content_changes)
        self._edited(it.uri)

    def did_close(self, params: lsp.DidCloseTextDocumentParams) -> None:
        self._close([params.text_document.uri])

    def did_save(self, _: None) -> None:
        """Advertised so that editors tell; nothing hangs on it yet."""

    def did_open_notebook(self, params: lsp.DidOpenNotebookDocumentParams) -> None:
        it = params.notebook_document
        self._close(self._mirror.notebooks.close(it.uri))
        self._mirror.notebooks.open(it.uri, it.cells)
        self._open(params.cell_text_documents)

    def did_change_notebook(self, params: lsp.DidChangeNotebookDocumentParams) -> None:
        """Moved cells are neither closed nor opened; one whose language changed is both."""
        cells = params.change.cells
        if cells is None:
            return
        if structure := cells.structure:
            self._mirror.notebooks.change(params.notebook_document.uri, structure.array)
            self._close([cell.uri for cell in structure.did_close or ()])
            self._open(structure.did_open or ())
        for text in cells.text_content or ():
            self._mirror.change(text.document.uri, text.document.version, text.changes)
            self._edited(text.document.uri)

    def did_close_notebook(self, params: lsp.DidCloseNotebookDocumentParams) -> None:
        cells = self._mirror.notebooks.close(params.notebook_document.uri)
        self._close({*cells, *(cell.uri for cell in params.cell_text_documents)})

    def look_again(self) -> None:
        """Whether something is excluded may have changed for all of them."""
        for uri in tuple(self._window.excluded):
            self._look(uri)

    def _open(self, documents: Sequence[lsp.TextDocumentItem]) -> None:
        for it in documents:
            self._mirror.open(it.uri, it.language_id, it.version, it.text)
        for it in documents:
            self._edited(it.uri)
            self._look(it.uri)

    def _close(self, uris: Iterable[str]) -> None:
        for uri in uris:
            self._mirror.close(uri)
            closed(self._window, uri)
        self._changed()

    def _edited(self, uri: str) -> None:
        document = self._mirror.get(uri)
        edited(self._house, self._window, uri, document)
        prepare.prepare(self._house, self._window, document)

    def _look(self, uri: str) -> None:
        """Find out whether a document is excluded, so that the status bar says so before anybody asks."""
        look = asyncio.create_task(self._see(uri))
        self._looks.add(look)
        look.add_done_callback(self._looks.discard)

    async def _see(self, uri: str) -> None:
        await excluded(self._house, self._window, uri)
        if self._mirror.get(uri) is None:
            self._window.excluded.pop(uri, None)  # closed in the meantime
        self._changed()
