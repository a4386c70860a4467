"""The document mirror against the simplest model there is: one string and the definition of a line end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from symbiote.core.errors import Stale
from symbiote.core.text import (
    MAX_CHARACTERS,
    Document,
    Encoding,
    Position,
    Span,
    from_code_points,
    opened,
    split,
    to_code_points,
)

PIECES = [
    "\n", "\r", "\r\n", "\x0c", "\x0b", "\x1c", "\x85", "\u2028", "\u2029",
    "a", "bc", " ", "\t", "é", "中", "🙂", "👩‍💻", "\ud83d", "\ude00", "\x00", "\ufeff",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
numbers = st.integers(min_value=-1, max_value=14)
positions = st.builds(Position, numbers, numbers)
encodings = st.sampled_from(Encoding)


def naive_lines(text: str) -> list[str]:
    """Lines with their ends, by the letter of LSP: \\n, \\r\\n and \\r end one, nothing else does."""
    lines, line, at = [], "", 0
    while at < len(text):
        end = 2 if text[at : at + 2] == "\r\n" else 1
        line += text[at : at + end]
        if text[at] in "\r\n":
            lines.append(line)
            line = ""
        at += end
    return [*lines, line]


def naive_units(character: str, encoding: Encoding) -> int:
    match encoding:
        case Encoding.UTF8:
            return len(character.encode("utf-8", "surrogatepass"))
        case Encoding.UTF16:
            return len(character.encode("utf-16-le", "surrogatepass")) // 2
        case Encoding.UTF32:
            return 1


def naive_offset(text: str, at: Position, encoding: Encoding) -> int:
    """Where a position lies in the whole text, clamped as LSP says."""
    lines = naive_lines(text)
    if at.line < 0:
        at = Position(0, at.character)
    if at.line >= len(lines):
        return len(text)
    offset, units = sum(map(len, lines[: at.line])), 0
    for character in lines[at.line].rstrip("\r\n"):
        units += naive_units(character, encoding)
        if units > at.character:
            break
        offset += 1
    return offset


def naive_edit(text: str, span: Span, new: str, encoding: Encoding) -> str:
    start, end = sorted(naive_offset(text, at, encoding) for at in (span.start, span.end))
    return text[:start] + new + text[end:]


class Edits(RuleBasedStateMachine):
    """Any sequence of edits leaves the mirror with the text the naive model has."""

    @initialize(text=texts, encoding=encodings)
    def open(self, text: str, encoding: Encoding) -> None:
        self.text, self.encoding = text, encoding
        self.document = opened("file:///a.py", "python", 1, text)
        self.kept: list[tuple[Document, str]] = []

    @rule(start=positions, end=positions, new=texts)
    def edit(self, start: Position, end: Position, new: str) -> None:
        self.kept.append((self.document, self.text))
        span = Span(start, end)
        self.document = self.document.edit(span, new, self.encoding, self.document.version + 1)
        self.text = naive_edit(self.text, span, new, self.encoding)

    @rule(text=texts)
    def replace_all(self, text: str) -> None:
        self.document = self.document.replaced(text, self.document.version + 3)
        self.text = text

    @rule(back=st.integers(min_value=0, max_value=3))
    def go_back(self, back: int) -> None:
        with pytest.raises(Stale):
            self.document.replaced("x", self.document.version - back)

    @rule(at=positions)
    def ask(self, at: Position) -> None:
        place = self.document.place(at, self.encoding)
        before = sum(map(len, self.document.lines[: place.line])) + place.character
        assert before == naive_offset(self.text, at, self.encoding)

    @invariant()
    def same_text_same_lines(self) -> None:
        assert self.document.text == self.text
        assert list(self.document.lines) == naive_lines(self.text)
        assert not self.document.too_large

    @invariant()
    def who_holds_a_version_keeps_it(self) -> None:
        assert all(document.text == text for document, text in self.kept[-2:])


TestEdits = Edits.TestCase
TestEdits.settings = settings(deadline=None)


@settings(deadline=None)
@given(texts)
def test_lines_are_the_text(text: str) -> None:
    assert split(text) == naive_lines(text)


@settings(deadline=None)
@given(texts, encodings, st.integers(min_value=0, max_value=30))
def test_columns_come_back(text: str, encoding: Encoding, index: int) -> None:
    line = naive_lines(text)[0].rstrip("\r\n")
    index = min(index, len(line))
    units = from_code_points(line, index, encoding)
    assert units == sum(naive_units(character, encoding) for character in line[:index])
    assert to_code_points(line, units, encoding) == index


def test_a_column_inside_a_character_is_its_start() -> None:
    assert to_code_points("a🙂b", 2, Encoding.UTF16) == 1
    assert to_code_points("a🙂b", 3, Encoding.UTF16) == 2
    assert [to_code_points("a🙂b", units, Encoding.UTF8) for units in range(8)] == [
        0, 1, 1, 1, 1, 2, 3, 3,
    ]  # fmt: skip


def test_what_lies_inside() -> None:
    document = opened("file:///a.py", "python", 1, "a🙂\r\nb")
    inside = [Position(0, 0), Position(0, 3), Position(1, 0), Position(1, 1)]
    outside = [Position(0, 4), Position(1, 2), Position(2, 0), Position(-1, 0), Position(0, -1)]
    assert all(document.holds(at, Encoding.UTF16) for at in inside)
    assert not any(document.holds(at, Encoding.UTF16) for at in outside)


def test_too_large_is_known_by_version_only() -> None:
    document = opened("file:///a.py", "python", 1, "x" * (MAX_CHARACTERS + 1))
    assert document.too_large
    nowhere = Span(Position(0, 0), Position(0, 0))
    edited = document.edit(nowhere, "y", Encoding.UTF16, 2)
    assert edited.too_large
    assert edited.version == 2
    assert edited.text == ""
    assert edited.replaced("small", 3) == replace(opened("file:///a.py", "python", 3, "small"))


def test_growing_too_large_by_an_edit() -> None:
    document = opened("file:///a.py", "python", 1, "x" * MAX_CHARACTERS)
    assert not document.too_large
    end = Position(0, MAX_CHARACTERS)
    assert document.edit(Span(end, end), "y", Encoding.UTF16, 2).too_large
