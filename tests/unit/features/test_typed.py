"""From one moment to another: what was typed, what it was before, what it will be."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import MAX_CHARACTERS, Encoding, Position, Span, opened
from symbiote.features.typed import accepted, grown, plain, rewound, settled, typed_since
from unit.marked import CURSOR, moment

TEXT = st.text(alphabet="ab \n\r🙂\ud83d\u2028\x0c", max_size=12)


def shown(it: object) -> str:
    """The text with its cursor."""
    lines = list(it.document.lines)  # type: ignore[attr-defined]
    line, column = it.line, it.column  # type: ignore[attr-defined]
    lines[line] = lines[line][:column] + CURSOR + lines[line][column:]
    return "".join(lines)


@given(TEXT, TEXT, st.text(alphabet="ab \n🙂", max_size=8))
def test_typing_and_taking_it_back(before: str, after: str, typed: str) -> None:
    if before.endswith("\r") or after.startswith("\n"):
        after = "x" + after
        before += "x"
    then = moment_of(before, after)
    now = accepted(then, then.column, typed)
    assert shown(now) == before + typed + CURSOR + after
    assert typed_since(then.line, then.column, now) == typed
    back = rewound(now, then.line, then.column)
    assert shown(back) == before + CURSOR + after
    assert grown(then, now.document) == typed


def moment_of(before: str, after: str) -> object:
    document = opened("file:///a.py", "python", 1, before + after)
    head = opened("file:///a.py", "python", 1, before).lines
    return replace(moment("▮"), document=document, line=len(head) - 1, column=len(head[-1]))


def test_crlf() -> None:
    then = moment_of("a\r\nif x:", "\r\nb\r\n")
    now = accepted(then, then.column, "\r\n    y")
    assert typed_since(then.line, then.column, now) == "\n    y"
    assert grown(then, now.document) == "\n    y"
    assert now.document.lines == ["a\r\n", "if x:\r\n", "    y\r\n", "b\r\n", ""]
    assert rewound(now, then.line, then.column).document.lines == then.document.lines


@pytest.mark.parametrize(
    "changed",
    ["a = \nc", "a = \nb\n", "a =1\nb", "ax = \nb", "\na = \nb", "a = \nb c", "a", ""],
)
def test_other_changes_are_not_typing(changed: str) -> None:
    then = moment("a = ▮\nb")
    assert grown(then, opened("file:///a.py", "python", 2, changed)) is None


def test_a_cursor_before_the_place_has_typed_nothing() -> None:
    assert typed_since(3, 0, moment("a\nb▮")) is None
    assert typed_since(1, 2, moment("a\nb▮")) is None
    assert typed_since(1, 1, moment("a\nb▮")) == ""
    assert typed_since(0, 2, moment("a\nb▮")) is None  # the line is shorter now


def test_the_selected_entry_is_taken() -> None:
    then = replace(moment("item.pri▮ + 1"), selected=(5, "print_all"))
    assert shown(settled(then)) == "item.print_all▮ + 1"
    assert settled(then).selected is None
    assert settled(moment("x▮")) == moment("x▮")


def test_a_document_at_its_limit() -> None:
    big = opened("file:///a.py", "python", 1, "x" * (MAX_CHARACTERS - 1) + "\n")
    then = replace(moment("▮"), document=big, line=1, column=0, selected=(0, "long"))
    assert settled(then) is then
    assert accepted(then, 0, "long").document.too_large
    grew = big.edit(Span(Position(1, 0), Position(1, 0)), "longer", Encoding.UTF32, 2)
    assert grew.too_large
    assert grown(then, grew) is None


def test_line_ends_are_those_of_models() -> None:
    assert plain("a\r\nb\rc\n") == "a\nb\nc\n"
