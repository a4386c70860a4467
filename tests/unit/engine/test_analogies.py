"""What would stand at the cursor (▮) if its line went on like another, with some words exchanged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.analogies import Analogy, analogies


def proposed(marked: str) -> dict[str, Analogy]:
    before, after = marked.split("▮")
    lines = (before + "\0" + after).split("\n")
    at = before.count("\n")
    return {a.text: a for a in analogies(lines, at, before[before.rfind("\n") + 1 :])}


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ("self.title = title\nself.url = ▮", "url"),
        ("self.title = title\nself.url = u▮", "rl"),
        ("def set_x(self, x):\n    self._x = x\n\ndef set_y(self, y):\n    ▮\n", "self._y = y"),
        ("def set_x(self, x):\n    self._x = x\n\ndef set_y(self, y):\n    se▮\n", "lf._y = y"),
        ("from a import Alpha as AlphaBase\nfrom b import Beta as ▮", "BetaBase"),
        ("red = colour('red')\nblue = ▮", "colour('blue')"),
        ("print(one, end='')\n    print(two, ▮)", "end='')\0"),
    ],
)
def test_words_are_exchanged(marked: str, text: str) -> None:
    assert text in {a.rstrip("\0") + "\0" * text.count("\0") for a in proposed(marked)}


def test_lines_above_that_are_alike_too_say_more() -> None:
    file = "def set_x(self, x):\n    self._x = x\n\ndef set_y(self, y):\n    self._y = ▮\n"
    assert proposed(file)["y"].above


@pytest.mark.parametrize(
    "marked",
    [
        "same = 1\nsame = ▮",  # nothing to exchange
        "a.b = c\nx + y = ▮",  # other signs
        "f(a, a) + a\nf(x, y) + ▮",  # one word for two
        "▮",
        "\n\n▮\n",
        "x▮",
    ],
)
def test_what_is_not_alike_proposes_nothing(marked: str) -> None:
    assert proposed(marked) == {}


@given(st.text("ab1_.= (\n\0é", max_size=60), st.text("ab1_.= (\n\0é", max_size=60))
def test_any_text_is_survived(before: str, after: str) -> None:
    lines = (before + "\0" + after).split("\n")
    at = before.count("\n")
    for made in analogies(lines, at, before[before.rfind("\n") + 1 :]):
        assert made.line != at
        assert 0 < made.alike <= 1
