"""Cells of a notebook as one text: what was there before comes before, and nothing of a cell is lost or moved."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.notebook import ABOVE, Joiner, joined
from symbiote.core.text import Document, Encoding, Position, Span, opened

PYTHON, MARKDOWN = "python", "markdown"


def cell(text: str, language: str = PYTHON, version: int = 3) -> Document:
    return opened("vscode-notebook-cell:/a.ipynb#W0", language, version, text)


def test_the_cells_above_come_first_with_a_blank_line_after_each() -> None:
    above = [cell("import os\n\n\n"), cell(""), cell("# Load\nAll of it.", MARKDOWN), cell("x = 1")]
    whole = joined(cell("y = x"), above)
    assert whole.text == "import os\n\n# # Load\n# All of it.\n\nx = 1\n\ny = x"
    assert whole.above == 7
    assert whole.lines[whole.above] == "y = x"
    assert (whole.uri, whole.language, whole.version) == (above[0].uri, PYTHON, 3)
    assert whole.size == len(whole.text)


def test_magics_are_left_as_they_are() -> None:
    whole = joined(cell("x"), [cell("%matplotlib inline\n!ls"), cell("%%bash\nls | wc")])
    assert whole.text == "%matplotlib inline\n!ls\n\n%%bash\nls | wc\n\nx"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (PYTHON, "# Total\n#\n# of all\n\nx"),
        ("r", "# Total\n#\n# of all\n\nx"),
        ("typescript", "// Total\n//\n// of all\n\nx"),
        ("sql", "-- Total\n--\n-- of all\n\nx"),
        (MARKDOWN, "Total\n\nof all\n\nx"),
    ],
)
def test_prose_becomes_a_comment_of_the_cell_s_language(language: str, text: str) -> None:
    assert joined(cell("x", language), [cell("Total\r\n\r\nof all", MARKDOWN)]).text == text


def test_in_prose_code_is_fenced_and_code_of_another_language_is_a_comment() -> None:
    assert joined(cell("x", MARKDOWN), [cell("a = 1\n")]).text == "```python\na = 1\n```\n\nx"
    assert joined(cell("x"), [cell("select 1", "sql")]).text == "# select 1\n\nx"


def test_without_anything_above_a_cell_is_itself() -> None:
    alone = cell("x")
    assert joined(alone, []) is alone
    assert joined(alone, [cell(" \n\n")]) is alone


def test_of_very_long_notebooks_the_nearest_cells_are_kept_whole() -> None:
    far, near = cell("f" * ABOVE), cell("n" * (ABOVE - 100))
    assert joined(cell("x"), [cell("too far"), far, near]).text == f"{near.text}\n\nx"
    assert joined(cell("x"), [near, far]).text == "x"
    too_large = Document("u", PYTHON, 1, [""], too_large=True)
    assert joined(cell("x"), [too_large]).text == "x"
    assert joined(too_large, [near]) is too_large


def test_an_edit_keeps_the_cells_above() -> None:
    whole = joined(cell("y = "), [cell("x = 1")])
    end = Position(2, 4)
    for text in ("x", "\r\nx"):
        assert whole.edit(Span(end, end), text, Encoding.UTF32, 4).above == 2
    start = Position(2, 0)
    cr = whole.edit(Span(start, start), "\r", Encoding.UTF32, 4)
    again = cr.edit(Span(Position(3, 0), Position(3, 0)), "\n", Encoding.UTF32, 5)
    assert again.above == 2


def test_the_same_texts_are_joined_once() -> None:
    joiner, above, one = Joiner(), [cell("a"), cell("b")], cell("c")
    whole = joiner.join(one, list(above))
    assert joiner.join(one, list(above)) is whole
    assert whole == joined(one, above)
    for other, others in ((cell("d"), above), (one, above[:1]), (one, [above[0], cell("e")])):
        assert joiner.join(other, others) == joined(other, others)
    prose = replace(one, language=MARKDOWN)
    assert joiner.join(prose, above) == joined(prose, above)


TEXT = st.text(st.sampled_from("ab #\n\r\t%é😀\u2028"), max_size=20)
CELL = st.builds(cell, TEXT, st.sampled_from([PYTHON, MARKDOWN, "sql", "brainfuck"]))


@given(CELL, st.lists(CELL, max_size=5))
def test_the_cell_s_own_lines_are_where_they_are_said_to_be(
    one: Document, above: list[Document]
) -> None:
    whole = joined(one, above)
    assert list(whole.lines[whole.above :]) == list(one.lines)
    assert all(line.endswith("\n") and "\r" not in line for line in whole.lines[: whole.above])
    assert whole.size == len(whole.text)
    words = [line.strip() for other in above for line in other.text.splitlines()]
    assert all(word in whole.text for word in words)


def test_a_cell_can_be_taken_out_again() -> None:
    one = cell("y = x\n")
    assert joined(one, [cell("x = 1")]).own == one
    assert one.own is one
