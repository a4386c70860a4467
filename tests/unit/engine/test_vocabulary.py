"""Texts are cut so that llama.cpp's number pattern never recurses over an endless number."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.vocabulary import LONGEST_NUMBER, pieces_of

NUMBERS = st.integers(0, 4 * LONGEST_NUMBER).map(lambda length: b"7" * length)


@given(st.lists(st.one_of(st.binary(max_size=20), NUMBERS), max_size=6))
def test_the_parts_are_the_text_and_hold_no_endless_number(texts: list[bytes]) -> None:
    whole = b"".join(texts)
    parts = list(pieces_of(whole))
    assert b"".join(parts) == whole
    assert all(b"7" * (LONGEST_NUMBER + 1) not in part for part in parts)


def test_cuts_fall_between_groups_of_three_from_the_right() -> None:
    first, *rest = pieces_of(b"x = " + b"1" * (2 * LONGEST_NUMBER + 2) + b"\n")
    assert first == b"x = 11"
    assert [len(part) for part in rest] == [LONGEST_NUMBER, LONGEST_NUMBER + 1]
