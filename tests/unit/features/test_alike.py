"""Which wishes say the same in other words: near-misses never do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from symbiote.features.rewrite.alike import LONGEST, alike

FOLDER = Path(__file__).parents[3] / "models" / "minilm"
FILES = ("wishes.txt", "wishes_held_out.txt")
WORDS = some.lists(
    some.sampled_from(
        [
            "please",
            "add",
            "remove",
            "not",
            "the",
            "x",
            "y",
            "2",
            "two",
            "`a`",
            "instead",
            "of",
            "to",
            ",",
            "?",
            "'",
            '"',
            "if",
        ]
    )
).map(" ".join)


def groups(name: str) -> Iterator[tuple[list[str], list[str]]]:
    for block in (FOLDER / name).read_text("utf-8").split("\n\n"):
        lines = [line for line in block.split("\n") if line and line[0] != "#"]
        if lines:
            same = [line.removeprefix("= ") for line in lines if line[0] != "!"]
            yield same, [line[2:] for line in lines if line[0] == "!"]


@pytest.mark.parametrize("name", FILES)
def test_no_near_miss_is_alike(name: str) -> None:
    pairs = [(a, b) for same, near in groups(name) for a in same for b in near]
    assert len(pairs) >= 300
    assert [pair for pair in pairs if alike(*pair)] == []


@pytest.mark.parametrize(("name", "least"), [("wishes.txt", 0.12), ("wishes_held_out.txt", 0.28)])
def test_some_paraphrases_are(name: str, least: float) -> None:
    pairs = [(a, b) for same, _ in groups(name) for i, a in enumerate(same) for b in same[i + 1 :]]
    assert len(pairs) >= 300
    assert sum(alike(*pair) for pair in pairs) / len(pairs) >= least


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add email validation", "Please add email validation."),
        ("add type hints", "can you add the type hints?"),
        ("replace `a` with `b`", "use `b` instead of `a`"),
        ("before saving, check the name", "check the name before saving"),
        ("retry three times", "retry 3 times"),
        ("explain the loop", "what does the loop do?"),
    ],
)
def test_courtesy_and_order_of_clauses_do_not_matter(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("add email validation", "add phone validation"),
        ("add type hints", "remove type hints"),
        ("rename x to y", "rename y to x"),
        ("use 4 spaces", "use 2 spaces"),
        ("do not sort", "sort"),
        ("don't sort", "sort"),
        ('say "a"', 'say "A"'),
        ("call Foo", "call foo_"),
        ("füge x hinzu", "füge y hinzu"),
        ("改成异步", "改成同步"),
        ("", ""),
        ("please", "thanks"),
        ("explain this", "this"),
    ],
)
def test_what_they_name_does(one: str, other: str) -> None:
    assert not alike(one, other)
    assert not alike(other, one)


@given(WORDS | some.text(), WORDS | some.text())
def test_it_has_an_answer_for_anything_and_the_same_both_ways(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(WORDS, some.sampled_from(["not ", "never "]))
def test_a_negation_always_counts(words: str, no: str) -> None:
    assert not alike(words, no + words)


def test_long_wishes_are_not_compared() -> None:
    words = "a wish " * LONGEST
    assert not alike(words, words)
