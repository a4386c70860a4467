"""The order of a notebook's cells follows what the editor says of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types as lsp

from symbiote.wire.notebooks import Notebooks

NOTEBOOK = "file:///a.ipynb"


def cells(*names: str) -> list[lsp.NotebookCell]:
    return [lsp.NotebookCell(lsp.NotebookCellKind.Code, name) for name in names]


def spliced(notebooks: Notebooks, start: int, count: int, *names: str) -> None:
    notebooks.change(NOTEBOOK, lsp.NotebookCellArrayChange(start, count, cells(*names)))


def made(*names: str) -> Notebooks:
    notebooks = Notebooks()
    notebooks.open(NOTEBOOK, cells(*names))
    return notebooks


def test_cells_come_go_and_move() -> None:
    notebooks = made("a", "b", "c")
    assert list(notebooks.above("c")) == ["a", "b"]
    spliced(notebooks, 1, 0, "new")
    assert list(notebooks.above("c")) == ["a", "new", "b"]
    spliced(notebooks, 0, 2)
    assert list(notebooks.above("c")) == ["b"]
    spliced(notebooks, 0, 2, "c", "b")  # moved, as an editor says it
    assert (list(notebooks.above("c")), list(notebooks.above("b"))) == ([], ["c"])
    assert list(notebooks.above("a")) == []
    assert notebooks.close(NOTEBOOK) == ["c", "b"]
    assert list(notebooks.above("b")) == []


def test_what_makes_no_sense_does_no_harm() -> None:
    notebooks = made("a", "b")
    notebooks.change("file:///other.ipynb", lsp.NotebookCellArrayChange(0, 1, cells("x")))
    assert list(notebooks.above("x")) == []
    spliced(notebooks, 99, 99, "c")
    assert list(notebooks.above("c")) == ["a", "b"]
    spliced(notebooks, 3, 0, "a")  # is there already
    assert list(notebooks.above("a")) == ["b", "c"]
    notebooks.open("file:///other.ipynb", cells("d", "b"))
    assert list(notebooks.above("b")) == ["d"]
    assert list(notebooks.above("a")) == ["c"]
    assert notebooks.close("file:///never.ipynb") == []


SPLICES = st.lists(
    st.tuples(
        st.integers(0, 8), st.integers(0, 8), st.lists(st.sampled_from("abcdef"), unique=True)
    ),
    max_size=6,
)


@given(st.lists(st.sampled_from("abcdef"), unique=True), SPLICES)
def test_the_order_is_that_of_a_list(
    first: list[str], changes: list[tuple[int, int, list[str]]]
) -> None:
    notebooks, model = made(*first), first
    for start, count, new in changes:
        tail = [cell for cell in model[start + count :] if cell not in new]
        model = [cell for cell in model[:start] if cell not in new] + new + tail
        spliced(notebooks, start, count, *new)
    for place, cell in enumerate(model):
        assert list(notebooks.above(cell)) == model[:place]
    for cell in set("abcdef") - set(model):
        assert list(notebooks.above(cell)) == []
    assert notebooks.close(NOTEBOOK) == model
