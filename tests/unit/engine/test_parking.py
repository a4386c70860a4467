from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.parking import MOST_STATES, Parking, common
from symbiote.engine.local.tokens import Ids


def ids(*tokens: int) -> Ids:
    return np.array(tokens, np.int32)


def test_the_longest_shared_beginning_wins_and_leaves() -> None:
    parking = Parking()
    parking.put(ids(1, 2, 3), b"a")
    parking.put(ids(1, 2, 3, 4), b"b")
    parking.put(ids(9), b"c")
    prompt = ids(1, 2, 3, 4, 5)
    assert [p.state for _ in range(2) if (p := parking.take(prompt, 2))] == [b"b", b"a"]
    assert parking.take(prompt, 2) is None
    assert parking.bytes == 1


def test_too_little_in_common_is_not_worth_it() -> None:
    parking = Parking()
    assert parking.take(ids(1), 1) is None
    parking.put(ids(1, 2, 3), b"a")
    assert parking.take(ids(1, 2, 4), 3) is None
    assert parking.take(ids(1, 2, 3), 3) is not None


@given(st.lists(st.integers(1, 60), max_size=40))
def test_number_and_bytes_are_bounded(sizes: list[int]) -> None:
    parking = Parking(most_bytes=100)
    for count, size in enumerate(sizes):
        parking.put(ids(count), bytes(size))
        assert parking.bytes <= 100
    kept = [count for count in range(len(sizes)) if parking.take(ids(count), 1)]
    assert len(kept) <= MOST_STATES
    assert kept == list(range(len(sizes)))[len(sizes) - len(kept) :]


def test_what_is_larger_than_the_place_is_not_kept() -> None:
    parking = Parking(most_bytes=10)
    parking.put(ids(1), bytes(11))
    assert parking.bytes == 0


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_is_the_longest_shared_beginning(one: list[int], other: list[int]) -> None:
    length = common(ids(*one), ids(*other))
    assert one[:length] == other[:length]
    assert one[length : length + 1] != other[length : length + 1] or length == len(one)
