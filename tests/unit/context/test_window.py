"""The window around the cursor: within its budget, exact at the cursor, and steady while typing."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.window import BLOCK, window
from symbiote.core.text import Position
from unit.marked import moment

LINES = "".join(f"line_{n} = {n}\n" for n in range(400))


@given(
    st.text(alphabet="ab \n\r\t😀\u2028\f", max_size=400),
    st.text(alphabet="ab \n\r", max_size=400),
    st.integers(40, 500),
)
def test_it_is_what_stands_around_the_cursor(before: str, after: str, budget: int) -> None:
    asked = moment(before.replace("\r", "") + "▮" + after.replace("\r", ""))
    got = window(asked, budget)
    assert before.replace("\r", "").endswith(got.prefix)
    assert after.replace("\r", "").startswith(got.suffix)
    assert len(got.prefix) + len(got.suffix) <= budget + 1


def test_a_small_file_is_taken_whole() -> None:
    got = window(moment("a = 1\nb = ▮\nc = 3\n"), 4000)
    assert (got.prefix, got.suffix) == ("a = 1\nb = ", "\nc = 3\n")


def test_line_ends_reach_the_model_as_line_feeds() -> None:
    got = window(moment("a\r\nb▮\r\nc\r\n"), 4000)
    assert (got.prefix, got.suffix) == ("a\nb", "\nc\n")


def test_typing_and_new_lines_rarely_move_the_start() -> None:
    """A moved start costs the whole prompt; within a block of lines it must not move at all."""
    heads = [window(moment(LINES + "x\n" * n + "▮"), 2000).prefix[:30] for n in range(BLOCK * 4)]
    moves = sum(a != b for a, b in itertools.pairwise(heads))
    assert moves <= 5


def test_typing_rarely_moves_the_suffix() -> None:
    """It stands first in some prompts, and then its end moves all that follows."""
    head = "".join(f"head_{n} = {n}\n" for n in range(20))
    tails = [window(moment(head + "x" * n + "▮\n" + LINES), 2000).suffix for n in range(500)]
    moves = sum(a != b for a, b in itertools.pairwise(tails))
    assert moves <= 3


def test_a_line_longer_than_the_budget_is_cut_at_its_far_end() -> None:
    got = window(moment("x" * 5000 + "▮" + "y" * 5000), 400)
    assert got.prefix.endswith("x") and len(got.prefix) <= 400
    assert got.suffix.startswith("y")


def test_behind_an_anchor_nothing_moves() -> None:
    """Typing a line there, or five, changes neither where the prefix begins nor the suffix."""
    head, tail = LINES + "    ", "\n" + LINES
    at = Position(400, 4)
    plain = window(moment(head + "▮" + tail), 2000)
    for typed in ("", "x", "x = 1", "x = 1\n    y", "a\n" * 5, "\r\n\r\nb"):
        got = window(moment(head + typed + "▮" + tail), 2000, at)
        assert (got.prefix, got.suffix) == (plain.prefix, plain.suffix)
        assert got.typed == typed.replace("\r\n", "\n")


def test_an_anchor_in_a_long_line() -> None:
    got = window(moment("a\n" + "x" * 5000 + "yz▮\nb"), 400, Position(1, 5000))
    assert got.prefix.endswith("x") and len(got.prefix) <= 400
    assert (got.typed, got.suffix) == ("yz", "\nb")
