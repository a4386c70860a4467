"""What a model learns to fill in lies where it is said to lie."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.models.scripts import script

spans = script("spans")

PIECES = [
    "x",
    "ab",
    " ",
    "    ",
    "\n",
    "\n\n",
    "\t",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    ",",
    "é",
    "😀",
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)
SEEDS = st.integers(0, 2**32)
MOST_LINE_ENDS = 6


@given(TEXTS, SEEDS)
def test_every_span_lies_in_the_text(text: str, seed: int) -> None:
    start, end = spans.span(text, Random(seed))
    assert 0 <= start <= end <= len(text)


def test_no_span_is_longer_than_a_block() -> None:
    text = "".join("x" * 500 + "\n" for _ in range(20))
    for seed in range(500):
        start, end = spans.span(text, Random(seed))
        assert text[start:end].count("\n") <= MOST_LINE_ENDS


@given(TEXTS, SEEDS)
def test_a_line_span_ends_with_its_line(text: str, seed: int) -> None:
    start, end = spans.line_cursor(text, Random(seed))
    assert 0 <= start <= end <= len(text)
    assert "\n" not in text[start:end]
    assert text[end : end + 1] in ("", "\n")


@given(TEXTS, SEEDS)
def test_a_cursor_is_never_inside_the_indentation(text: str, seed: int) -> None:
    start, _ = spans.line_cursor(text, Random(seed))
    before = text[:start].rpartition("\n")[2]
    assert not before or before.strip() or text[start : start + 1] not in (" ", "\t")


@given(TEXTS, SEEDS)
def test_a_bracket_span_stays_in_its_line(text: str, seed: int) -> None:
    start, end = spans.bracket_span(text, Random(seed))
    assert 0 <= start <= end <= len(text)
    assert "\n" not in text[start:end]


@given(st.text("([{)]}x ", max_size=30), st.integers(0, 30))
def test_a_closing_bracket_closes_what_is_open(line: str, at: int) -> None:
    column = spans.closing(line, at)
    if column is not None:
        inside = line[at:column]
        assert line[column] in ")]}"
        assert sum(c in "([{" for c in inside) == sum(c in ")]}" for c in inside)


@pytest.mark.parametrize(
    ("line", "at", "column"),
    [("f(a, b)", 2, 6), ("f(g(a), b)", 2, 9), ("f(a", 2, None), ("f()", 2, 2), ("", 0, None)],
)
def test_closing(line: str, at: int, column: int | None) -> None:
    assert spans.closing(line, at) == column


def test_brackets_end_before_the_one_that_closes_them() -> None:
    text = "call(one, two)\n"
    ends = {spans.bracket_span(text, Random(seed))[1] for seed in range(50)}
    assert ends == {text.index(")")}


def test_the_same_seed_gives_the_same_spans() -> None:
    text = "def f(a):\n    return g(a, [1, 2])\n" * 5
    one, other = Random(1), Random(1)
    assert [spans.span(text, one) for _ in range(50)] == [
        spans.span(text, other) for _ in range(50)
    ]
