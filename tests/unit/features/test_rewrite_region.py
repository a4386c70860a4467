"""Which lines are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import Position, Span, opened
from symbiote.features.rewrite.region import enclosing, lines_of
from symbiote.grammar import places, trees

PYTHON = """\
import os


@cache
@other
def first(a):
    if a:

        return a
    return 0


class Name:
    kind = 1

    async def second(self):
        return [
            1,
        ]

    x = 2


print(1)
"""
RUST = """\
use std;

impl Name {
    fn first(&self) -> i32 {
        if self.a {
            return 1;
        }
        2 // }
    }
}

const A: i32 = 1;
"""


def meant(text: str, line: int, language: str = "python") -> list[str]:
    document = opened("u", language, 1, text)
    return enclosing(document, line).of(document)


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        (3, "@cache", "    return 0"),
        (5, "@cache", "    return 0"),
        (7, "@cache", "    return 0"),
        (8, "@cache", "    return 0"),
        (12, "class Name:", "    x = 2"),
        (13, "class Name:", "    x = 2"),
        (17, "    async def second(self):", "        ]"),
        (19, "    async def second(self):", "        ]"),
    ],
)
def test_the_function_or_class_around_a_line_of_python(line: int, first: str, last: str) -> None:
    if line == 19:  # a blank line belongs to what stands above it
        assert meant(PYTHON, line)[0] in (first, "")
        return
    found = meant(PYTHON, line)
    assert (found[0], found[-1]) == (first, last)


@pytest.mark.parametrize("line", [0, 1, 23])
def test_else_the_line_itself(line: int) -> None:
    assert meant(PYTHON, line) == [PYTHON.split("\n")[line]]


@pytest.mark.parametrize(
    ("line", "first"),
    [(3, "    fn first(&self) -> i32 {"), (5, "    fn first(&self) -> i32 {"), (2, "impl Name {")],
)
def test_by_brackets(line: int, first: str) -> None:
    assert meant(RUST, line, "rust")[0] == first
    assert meant(RUST, line, "rust")[-1].strip() == "}"


def test_a_line_outside_of_all_brackets() -> None:
    assert meant(RUST, 11, "rust") == ["const A: i32 = 1;"]


def test_of_a_long_function_the_lines_around() -> None:
    long = "def f():\n" + "    a()\n    b()\n\n" * 60
    assert meant(long, 5) == ["    a()", "    b()"]
    assert len(meant("def f():\n" + "    a()\n" * 500, 250)) == 121


def test_an_empty_document_has_one_empty_line() -> None:
    assert meant("", 0) == [""]


def test_selections_are_whole_lines() -> None:
    document = opened("u", "python", 1, "a\nb\nc\n")

    def of(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        found = lines_of(document, Span(Position(*a), Position(*b)))
        return found.start, found.end

    assert of((0, 0), (1, 0)) == (0, 1)
    assert of((0, 1), (1, 1)) == (0, 2)
    assert of((1, 1), (0, 1)) == (0, 2)
    assert of((1, 0), (1, 1)) == (1, 2)
    assert of((0, 0), (99, 5)) == (0, 3)
    last = opened("u", "python", 1, "a\nb")
    assert lines_of(last, Span(Position(1, 0), Position(2, 0))).end == 2


@given(
    st.lists(
        st.sampled_from(["def f():", "    x", "", "}", "{", "f() {", "  if (a) {", "@d"]),
        min_size=1,
    ),
    st.integers(0, 40),
    st.sampled_from(["python", "rust", "plaintext"]),
)
def test_it_always_holds_the_line(lines: list[str], line: int, language: str) -> None:
    document = opened("u", language, 1, "\n".join(lines))
    line %= len(document.lines)
    found = enclosing(document, line)
    assert 0 <= found.start <= line < found.end <= len(document.lines)


RUBY = "class Shop\n  def total(items)\n    items.sum\n  end\n\n  def name = 1\nend\n"


@pytest.mark.parametrize(("line", "first", "last"), [(2, 1, 3), (1, 1, 3), (0, 0, 6), (4, 0, 6)])
def test_without_brackets_the_tree_tells(line: int, first: int, last: int) -> None:
    document = opened("file:///shop.rb", "ruby", 1, RUBY)
    assert enclosing(document, line).end == line + 1  # not read yet
    trees.read(document)
    try:
        found = enclosing(document, line)
    finally:
        places.forget(document.uri)
    assert (found.start, found.end - 1) == (first, last)
