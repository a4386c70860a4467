"""What the file proposes for the place of the cursor (▮)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.candidates import FEATURES, LONGEST, Candidate, candidates

FILE = """\
class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        self.touched = time.monotonic()

    def pop(self):
        {}
        return self.items.pop()
"""


def proposed(marked: str) -> dict[str, Candidate]:
    before, after = marked.split("▮")
    return {candidate.text: candidate for candidate in candidates(before, after)}


def feature(candidate: Candidate, name: str) -> float:
    return candidate.features[FEATURES.index(name)]


def test_a_half_written_line_is_finished_as_elsewhere() -> None:
    found = proposed(FILE.format("self.items.a▮"))
    assert feature(found["ppend(item)"], "match") > 4
    found = proposed(FILE.format("self.t▮"))
    assert feature(found["ouched = time.monotonic()"], "match") > 2


def test_at_a_line_start_every_line_is_a_proposal() -> None:
    found = proposed(FILE.format("▮"))
    assert {"self.items = []", "self.touched = time.monotonic()", "class Stack:"} <= set(found)
    assert feature(found["self.items = []"], "line_start") == 1
    assert feature(found["return self.items.pop()"], "repeats_next") == 1


def test_what_follows_the_cursor_is_not_proposed_again() -> None:
    assert "self, item" in proposed(FILE.format("self.push(▮)"))
    assert not any(text.endswith(")") for text in proposed(FILE.format("self.push(▮)")))


def test_the_more_that_agrees_below_the_likelier() -> None:
    twice = "a = open(x)\nread(a)\nclose(a)\n\na = open(y)\nsend(a)\n\na = ▮\nread(a)\nclose(a)\n"
    found = proposed(twice)
    assert feature(found["open(x)"], "below") > feature(found["open(y)"], "below")


@pytest.mark.parametrize("marked", ["▮", "x▮", "\n\n▮\n\n", "    ▮", "▮\0\0", "é▮é", "a\0b▮a\0b"])
def test_there_may_be_nothing(marked: str) -> None:
    assert "" not in proposed(marked)


@given(st.text("ab(\n .\0", max_size=60), st.text("ab)\n .\0", max_size=60))
def test_any_text_is_survived(before: str, after: str) -> None:
    found = candidates(before, after)
    assert len(found) <= 26
    for candidate in found:
        assert candidate.text.strip()
        assert "\n" not in candidate.text
        assert len(candidate.text) <= LONGEST
        assert candidate.text in before or candidate.text in after
        assert len(candidate.features) == len(FEATURES)


def test_a_long_file_costs_no_more_than_it_is_worth() -> None:
    before = "".join(f"        value_{number} = compute({number})\n" for number in range(20_000))
    assert len(candidates(before + "        value_", "\n")) <= 26
