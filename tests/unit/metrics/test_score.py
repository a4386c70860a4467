"""Scores by the first-line protocol."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.metrics.score import exact, similarity, wilson


@pytest.mark.parametrize(
    ("text", "answer", "same"),
    [
        ("return x", "  return x\n    y = 1", True),
        ("\n    return x", "return x", True),
        ("return x, y", "return x", False),
        ("", "return x", False),
    ],
)
def test_the_first_line_decides(text: str, answer: str, same: bool) -> None:
    assert exact(text, answer) is same
    assert (similarity(text, answer) == 1.0) is same


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_interval_holds_the_share(hits: int, misses: int) -> None:
    got = wilson(hits, hits + misses)
    assert 0 <= got.low <= got.share + 1e-9
    assert got.share <= got.high + 1e-9
    assert got.high <= 1


def test_wilson_as_published() -> None:
    got = wilson(81, 263)
    assert (round(got.low, 4), round(got.high, 4)) == (0.2553, 0.3662)
