"""Which cells a window's notebooks have, in which order. Their texts are documents like any other (`mirror.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types as lsp


class Notebooks:
    """By the URIs of notebooks and cells. What the editor says is followed as far as it makes sense."""

    def __init__(self) -> None:
        self._cells: dict[str, list[str]] = {}
        self._notebook: dict[str, str] = {}

    def above(self, cell: str) -> Sequence[str]:
        """The cells that come before one in its notebook, in their order; none for what is no cell."""
        notebook = self._notebook.get(cell)
        if notebook is None:
            return ()
        cells = self._cells[notebook]
        return cells[: cells.index(cell)]

    def open(self, notebook: str, cells: Sequence[lsp.NotebookCell]) -> None:
        """Take a notebook in; one already open is replaced."""
        self.close(notebook)
        self._cells[notebook] = []
        self._splice(notebook, 0, 0, [cell.document for cell in cells])

    def change(self, notebook: str, change: lsp.NotebookCellArrayChange) -> None:
        """Cells came, went or moved. A notebook that is not open is ignored."""
        if notebook in self._cells:
            new = [cell.document for cell in change.cells or ()]
            self._splice(notebook, change.start, change.delete_count, new)

    def close(self, notebook: str) -> list[str]:
        """Forget a notebook; the cells it had."""
        cells = self._cells.pop(notebook, [])
        for cell in cells:
            self._notebook.pop(cell, None)
        return cells

    def _splice(self, notebook: str, start: int, count: int, new: Sequence[str]) -> None:
        """A cell is in one notebook, once: where it is now is where it was put last."""
        cells = self._cells[notebook]
        for gone in cells[start : start + count]:
            self._notebook.pop(gone, None)
        cells[start : start + count] = [""] * len(new)  # what else is taken out must not move them
        for place, cell in enumerate(new, min(start, len(cells) - len(new))):
            known = self._notebook.get(cell)
            if known is not None:
                held = self._cells[known]
                held[held.index(cell)] = ""
            cells[place], self._notebook[cell] = cell, notebook
        for held in self._cells.values():
            held[:] = [cell for cell in held if cell]
