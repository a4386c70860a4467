"""A half-typed word is written anew: the prompt stays, the answer begins with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.local.generate import Generator
from symbiote.engine.local.healing import LONGEST, Beginnings, Fragment, take_back
from symbiote.engine.port import Ask, Keep, Special, Text
from unit.engine.arithmetic import Arithmetic, Flag, answer

PIECES = [b"", b"a", b"b", b"ab", b"abc", b"abd", b"b\xff", b"\xff", b"\xff\xff", "é".encode()]


class Words:
    vocabulary = len(PIECES)

    def piece(self, token: int) -> bytes:
        return PIECES[token]


def prompt(prefix: str) -> tuple[Text | Special, ...]:
    return (Text("\n", Keep.START), Special("<mid>"), Text(prefix, Keep.END))


@pytest.mark.parametrize(
    ("prefix", "kept", "word"),
    [
        ("x = retu", "x = ", "retu"),
        ("self.ta", "self.", "ta"),
        ("x = ", "x = ", ""),
        ("x1", "x1", ""),  # nothing would be left
        (" x1", " ", "x1"),
        (" 12", " 12", ""),
        (" 1a", " 1a", ""),
        (" größ", " ", "größ"),
        ("(" + "a" * LONGEST, "(", "a" * LONGEST),
        ("(" + "a" * (LONGEST + 1), "(" + "a" * (LONGEST + 1), ""),
        ("", "", ""),
    ],
)
def test_what_is_taken_back(prefix: str, kept: str, word: str) -> None:
    assert take_back(prompt(prefix)) == (prompt(kept), word)


@pytest.mark.parametrize(
    ("typed", "kept", "word"),
    [
        ("retu", (), "retu"),
        ("x = retu", (Text("x = ", Keep.END),), "retu"),
        ("x = ", (Text("x = ", Keep.END),), ""),
        ("12", (Text("12", Keep.END),), ""),
    ],
)
def test_the_text_nearest_the_cursor_is_taken_back(
    typed: str, kept: tuple[Text, ...], word: str
) -> None:
    """Text behind the middle token is the end of what stands before the cursor; all of it may be a half-typed word."""
    pieces = (Text("a b", Keep.END), Text("\n", Keep.START), Special("<mid>"))
    assert take_back((*pieces, Text(typed, Keep.END))) == ((*pieces, *kept), word)
    assert take_back((*pieces, Text(typed, Keep.END), Text("said"))) == (
        (*pieces, *kept, Text("said")),
        word,
    )


@given(st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"\xff"]), min_size=1, max_size=4))
def test_the_tokens_that_fit_are_all_found(parts: list[bytes]) -> None:
    text = b"".join(parts)
    fitting = {
        token
        for token, piece in enumerate(PIECES)
        if piece and (piece.startswith(text) or text.startswith(piece))
    }
    assert set(Beginnings(Words()).of(text).tolist()) == fitting


def test_a_fragment_is_used_up_token_by_token() -> None:
    fragment = Fragment("abcd", Beginnings(Words()))
    logits = np.arange(len(PIECES), dtype=np.float32)
    token, log_probability = fragment.choose(logits)
    assert PIECES[token] == b"abc"
    assert log_probability == pytest.approx(4 - np.log(np.exp([1.0, 3.0, 4.0]).sum()))
    assert (fragment.take(b"abc"), fragment.rest) == (b"", b"d")
    assert (fragment.take(b"d = 1"), fragment.rest) == (b" = 1", b"")
    assert fragment.likelihood(logits) == 0.0


@given(st.text("abc. \n", min_size=1, max_size=30), st.text("abcxyz", min_size=1, max_size=6))
def test_the_answer_is_the_one_of_the_whole_word(before: str, word: str) -> None:
    ask = Ask(prompt(before + "." + word), 20, 0, heal=True)
    text, done = answer(Generator(Arithmetic(), Flag()), 1, ask)
    whole = Ask(prompt(before + "."), 20, 0)
    model = Arithmetic(forced={2 + len(before) + 1 + i: ord(c) for i, c in enumerate(word)})
    assert word + text == answer(Generator(model, Flag()), 1, whole)[0]
    assert done.cost.tokens.prompt == 2 + len(before) + 1


def test_typing_a_word_reads_nothing_new() -> None:
    generator = Generator(Arithmetic(), Flag())
    ask = Ask(prompt("x = "), 20, 0, heal=True)
    answer(generator, 1, ask)
    for number, word in enumerate(("r", "re", "ret"), start=2):
        _, done = answer(generator, number, replace(ask, pieces=prompt("x = " + word)))
        assert done.cost.tokens.evaluated == 1


def test_a_whole_word_at_a_line_end_is_left_alone() -> None:
    model = Arithmetic(forced={6: ord("o"), 7: ord("n"), 8: ord("e"), 9: ord("\n")})
    text, _ = answer(Generator(model, Flag()), 1, Ask(prompt("x = " + "one"), 20, 1, heal=True))
    assert text.strip() == ""
