"""The n-gram floor: its tokens, what it remembers of a corpus and of the open file, where it stops."""

from __future__ import annotations

import math
from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.models.scripts import script

ngram = script("ngram")
baselines = script("baselines")

LOOP = "for item in items:\n    total += item\n    print(total)\nreturn total\n"
OTHER = "class Shape(Base):\n    def area(self):\n        return self.width\n"


@pytest.fixture(scope="module")
def corpus() -> Any:
    return ngram.Corpus([LOOP, OTHER, LOOP, OTHER])


def answer(corpus: Any, before: str, after: str = "\n", cache: bool = False) -> str:
    text, score = ngram.Writer(corpus, cache).complete(before, after, ngram.Cut(after))
    assert score <= 0
    assert isinstance(text, str)
    return text


@given(st.text())
def test_tokens_are_the_text_but_for_line_ends(text: str) -> None:
    tokens = ngram.lex(text)
    joined = "".join(token for token in tokens if token not in ngram.NEWLINES)
    assert "".join(joined.split()) == "".join(text.split())


def test_a_line_end_says_how_the_next_line_is_indented() -> None:
    ends = [token for token in ngram.lex("a\n  b\n\n  c\nd\n") if token in ngram.NEWLINES]
    assert ends == ["\n>", "\n=", "\n<", "\n="]


def test_counts_are_those_of_the_corpus() -> None:
    rng = Random(3)
    texts = ["".join(rng.choice("abc") + " " for _ in range(60)).strip() for _ in range(4)]
    made = ngram.Corpus(texts)
    for length in range(ngram.ORDER):
        wanted: Counter[tuple[str, ...]] = Counter()
        for text in texts:
            tokens = [""] * (ngram.ORDER - 1) + ngram.lex(text)
            for place in range(ngram.ORDER - 1, len(tokens)):
                known = made.number.get(tokens[place], ngram.UNKNOWN) != ngram.UNKNOWN
                wanted[tuple(tokens[place - length : place + 1])] += known
        context = [made.number[token] for token in ngram.lex(texts[0])[5 : 5 + length]]
        lo, hi = 0, len(made.near)
        for part in range(1, length + 1):
            lo, hi = made.narrow(lo, hi, context, part)
        found = made.follow(lo, hi)
        names = tuple(made.names[token] for token in context)
        for token, count in zip(found.ids, found.counts, strict=True):
            assert wanted[*names, made.names[token]] == count
        assert sum(n for key, n in wanted.items() if key[:-1] == names) == hi - lo


def test_chances_add_up_to_one(corpus: Any) -> None:
    file = ngram.OpenFile(corpus, ngram.lex("total = own_name\nfor item"), "\nown_name\n")
    for cache in (False, True):
        assert math.isclose(ngram.predict(corpus, file, cache).sum(), 1.0)


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        ("for item in", " items:"),
        ("for item in it", "ems:"),
        ("for item in items:\n    ", "total += item"),
        ("class Shape", "(Base):"),
        ("class Shape(Base):\n    def area(self):\n        return self", ".width"),
    ],
)
def test_a_line_it_has_seen_is_finished(corpus: Any, before: str, wanted: str) -> None:
    assert answer(corpus, before) == wanted


def test_the_open_file_has_names_the_corpus_lacks(corpus: Any) -> None:
    before = "own_name = make_one(3)\nother = 1\nown_name = make"
    assert answer(corpus, before, cache=True) == "_one(3)"
    assert "_one" not in answer(corpus, before)


def test_what_follows_the_cursor_belongs_to_the_open_file(corpus: Any) -> None:
    assert answer(corpus, "zeta = e", "\nzeta = eta(theta)\n", cache=True) == "ta(theta)"


@pytest.mark.parametrize("before", ["", "\n", " ", "\x00", "日本", "for ", "x" * 500])
def test_any_place_gets_an_answer(corpus: Any, before: str) -> None:
    assert answer(corpus, before, cache=True).count("\n") == 0


@pytest.mark.parametrize(
    ("text", "after", "cut"),
    [
        ("one, f(x))", ")", "one, f(x)"),
        ("name = 4", " = value", "name"),
        ("f(a), b", "\n", "f(a), b"),
        ("(a)", "(b)", "(a)"),
        ("a", "", "a"),
    ],
)
def test_a_text_stops_where_the_line_goes_on(text: str, after: str, cut: str) -> None:
    assert ngram.Cut(after)(text) == cut


def test_large_counts_are_made_as_small_ones_are() -> None:
    tokens = np.array([5, 3, 3, 9] * ngram.LARGE)
    found = ngram.Counts.of(tokens)
    assert dict(zip(found.ids.tolist(), found.counts.tolist(), strict=True)) == {
        3: 2 * ngram.LARGE, 5: ngram.LARGE, 9: ngram.LARGE,
    }  # fmt: skip


def hole(prefix: str, answer: str, suffix: str = "\n", kind: str = "line_end") -> Any:
    return baselines.Hole(kind, prefix, suffix, answer)


def test_a_line_of_the_file_is_repeated() -> None:
    assert baselines.repeat(hole("value = one(2)\nval", "ue = one(2)")) == ("ue = one(2)", 3.0)
    assert baselines.repeat(hole("q", "w")) == ("", 0.0)


def test_the_line_before_goes_on_from_the_cursor() -> None:
    assert baselines.line_before(hole("    first\n\n    fi", "x"))[0] == "rst"


def test_the_surest_answers_are_counted_alone() -> None:
    filled = [baselines.Filled(hole("", "a"), "a" if n < 2 else "b", -float(n)) for n in range(10)]
    assert baselines.figures(filled)["exact_match"] == 0.2
    assert baselines.surest(filled, 0.2) == {
        "shown": 0.2, "n": 2, "precision": 1.0, "precision_95": [0.3424, 1.0], "confidence": -1.0,
    }  # fmt: skip


def test_the_table_names_every_kind() -> None:
    asked = [hole("x1 = 1\nx1", " = 1"), hole("y", "z", kind="mid_line")]
    lines = list(baselines.table({"repeat": baselines.measure(baselines.repeat, asked)}))
    assert [line.split()[0] for line in lines] == ["repeat", *["-"] * 6]
    assert "50.0 %" in lines[0]
