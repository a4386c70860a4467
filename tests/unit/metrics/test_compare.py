"""Before and after: right about what is there, silent about what is not."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.metrics.compare import ENOUGH, Effect, cliff, compare

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=12)


def test_a_clear_difference_is_told_and_how_large_it_is() -> None:
    found = compare("lines by hour", [10, 11, 12, 13, 14, 15], [20, 21, 22, 23, 24, 25])
    assert (found.before, found.after, found.difference, found.delta) == (12.5, 22.5, 10.0, 1.0)
    assert found.low is not None and found.high is not None and 6 < found.low < 10 < found.high < 14
    assert found.verdict == "More than before; the effect is large."


def test_few_sessions_get_no_verdict() -> None:
    found = compare("lines by hour", [1] * (ENOUGH - 1), [100] * 9)
    assert found.verdict.startswith("Not enough to tell: 5 on each side are the least, there are 4")
    assert compare("x", [], [1.0]).verdict == "Nothing to compare: before is empty."


def test_intervals_hold_in_about_nineteen_of_twenty_cases() -> None:
    rng = random.Random(3)
    hits = 0
    for _ in range(60):
        before = [rng.gauss(10, 3) for _ in range(12)]
        after = [rng.gauss(12, 3) for _ in range(12)]
        found = compare("x", before, after)
        assert found.low is not None and found.high is not None
        hits += found.low <= 2 <= found.high
    assert hits >= 51


@settings(deadline=None)
@given(NUMBERS, NUMBERS)
def test_what_holds_of_every_comparison(before: list[float], after: list[float]) -> None:
    found, back = compare("x", before, after), compare("x", after, before)
    assert isinstance(found, Effect) and found == compare("x", before, after)
    assert found.low is not None and found.high is not None and found.low <= found.high
    assert cliff(before, after) == pytest.approx(-cliff(after, before))
    assert back.difference == pytest.approx(-(found.difference or 0), abs=1e-3)
