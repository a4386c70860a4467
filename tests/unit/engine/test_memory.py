from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local import memory


def test_what_a_process_holds_is_seen() -> None:
    before = memory.resident()
    held = np.ones(50_000_000, np.uint8)
    assert memory.resident() > before + len(held) // 2


def test_what_is_left_is_less_than_any_machine_has() -> None:
    left = memory.available()
    assert left is None or 0 <= left < 2**50


@given(st.integers(1, 2**20), st.integers(1, 2**20), st.integers(0, 2**40), st.integers(1, 4096))
def test_a_context_is_halved_until_it_fits(size: int, each: int, left: int, least: int) -> None:
    fits = memory.fitting(size, each, left, least)
    assert fits <= size
    assert fits == size or fits >= least
    assert fits <= least or fits * each <= left * memory.SHARE
    if size * each <= left * memory.SHARE:
        assert fits == size


def test_unknown_memory_changes_nothing() -> None:
    assert memory.fitting(10**9, 10**9, None, 512) == 10**9
