"""The file as a predictor: proposals from what followed the same text elsewhere."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.copying import END, LONGEST, Copying, trust

SIZE = 0x3000
ENDS = np.zeros(SIZE, np.bool_)
ENDS[0] = True


def tokenize(text: bytes) -> np.ndarray:
    """One token per character."""
    return np.array([ord(c) for c in text.decode()], np.int32)


def copying(before: str, after: str = "") -> Copying:
    return Copying(before, after, tokenize, ENDS)


def proposed(before: str, written: str = "", after: str = "") -> str | None:
    found = copying(before, after).propose(written)
    return None if found is None else "END" if found[0] == END else chr(found[0])


def test_it_goes_on_as_the_same_text_went_on_elsewhere() -> None:
    before = "self.alpha = alpha\nself.be"
    assert proposed("names = load(path)\nother = load(") == "p"
    assert proposed(before + "ta = beta\nself.", "") in ("a", "b")
    assert proposed("x = compute()\ny = comp", "ute") == "("


def test_the_end_of_a_line_is_proposed_once_something_is_written() -> None:
    before = "value = first\nvalue = "
    assert proposed(before, "first") == "END"
    assert proposed("value = 1\nvalue = 1") is None  # nothing written yet: an end would be silence


def test_what_stands_behind_the_cursor_counts_as_well_and_ends_the_answer() -> None:
    assert proposed("a = get(", after=")\nb = get(key)\n") == "k"
    assert proposed("call(one)\ncall(", "one", after=")") == "END"


def test_the_cursor_itself_is_no_occurrence() -> None:
    assert proposed("zq") is None
    assert proposed("") is None


def test_agreement_and_length_make_it_surer() -> None:
    lengths = [trust(n, 1.0, 1) for n in range(1, LONGEST + 1)]
    assert lengths == sorted(lengths)
    assert trust(10, 1.0, 2) > trust(10, 1.0, 1) > trust(10, 0.5, 2)
    assert trust(20, 1.0, 1) == pytest.approx(0.59, abs=0.06)  # the measured table
    assert trust(80, 1.0, 1) == pytest.approx(0.886, abs=0.06)


def test_the_model_may_overrule_a_weak_proposal_and_not_a_strong_one() -> None:
    logits = np.full(SIZE, -20.0, np.float32)
    logits[ord("m")] = 0.0
    sure, unsure = math.log(0.98), math.log(0.2)
    weak = copying("ab\nxb")
    assert weak.choose("", logits, ord("m"), sure)[0] == ord("m")
    strong = copying("the same long line of code = result\nthe same long line of code = ")
    token, log_probability = strong.choose("", logits, ord("m"), unsure)
    assert token == ord("r")
    assert log_probability <= 0


@given(
    st.text("ab(). \n", max_size=60), st.text("ab). \n", max_size=40), st.text("ab(.", max_size=10)
)
def test_choices_are_tokens_with_a_probability(before: str, after: str, written: str) -> None:
    logits = np.zeros(SIZE, np.float32)
    token, log_probability = copying(before, after).choose(written, logits, 97, math.log(1 / SIZE))
    assert token == END or 0 < token < SIZE
    assert log_probability <= 1e-9
