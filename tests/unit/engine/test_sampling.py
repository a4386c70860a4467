from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.sampling import Lines, greedy, loops


def test_greedy_takes_the_likeliest_and_says_how_likely() -> None:
    logits = np.array([0.0, 1.0, 3.0, -2.0], np.float32)
    token, log_probability = greedy(logits, np.empty(4, np.float32))
    assert token == 2
    assert log_probability == pytest.approx(3 - math.log(np.exp(logits.astype(float)).sum()))
    assert logits[2] == 3


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_no_numbers_are_not_a_probability(bad: float) -> None:
    with np.errstate(all="ignore"):
        logits = np.array([0.0, bad], np.float32)
        assert math.isnan(greedy(logits, np.empty(2, np.float32))[1])


@pytest.mark.parametrize(
    ("pieces", "wanted", "out"),
    [
        (["return x\n", "y"], 1, "return x\n"),
        (["\n", "  \n", "a", "b\nc"], 1, "\n  \nab\n"),
        (["a\n\n", " b\n", "c"], 2, "a\n\n b\n"),
        (["a\nb\nc\n"], 2, "a\nb\n"),
        (["a\r", "\nb"], 1, "a\r\n"),
        (["a\nb"], 0, "a\nb"),
        (["a"], 1, "a"),
    ],
)
def test_lines_end_after_visible_text(pieces: list[str], wanted: int, out: str) -> None:
    lines, taken = Lines(wanted), ""
    for piece in pieces:
        text, ended = lines.take(piece)
        taken += text
        if ended:
            break
    assert taken == out


@given(st.text(alphabet="a \n", max_size=40), st.integers(1, 3), st.data())
def test_lines_do_not_depend_on_how_text_is_cut(
    text: str, wanted: int, data: st.DataObject
) -> None:
    def run(pieces: list[str]) -> str:
        lines, taken = Lines(wanted), ""
        for piece in pieces:
            got, ended = lines.take(piece)
            taken += got
            if ended:
                break
        return taken

    cut = data.draw(st.integers(0, len(text)))
    assert run([text]) == run([text[:cut], text[cut:]]) == run(list(text))


def test_loops_are_seen_and_ordinary_text_is_not() -> None:
    assert loops([1, 2, 3] * 6)
    assert loops([7] * 16)
    assert not loops([7] * 15)
    assert not loops(list(range(40)))
    assert not loops([*range(15), 1])
