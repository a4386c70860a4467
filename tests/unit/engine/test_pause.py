"""An answer that is paused and goes on is, token by token, the one without a pause."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.engine.local.generate import Cancelled, Generator
from symbiote.engine.local.tokens import Ids
from symbiote.engine.port import Ask, Done, Keep, Special, Text
from unit.engine.arithmetic import Arithmetic, Flag, answer

PAIR = 258


@dataclass
class Merging(Arithmetic):
    """Reads `ab` as one token, and writes it as two: what it said is not what it would read."""

    vocabulary: int = 259

    def tokenize(self, text: bytes) -> Ids:
        parts = text.split(b"ab")
        joined = [byte for part in parts[:-1] for byte in (*part, PAIR)] + [*parts[-1]]
        return np.array(joined, np.int32)

    def piece(self, token: int) -> bytes:
        return b"ab" if token == PAIR else super().piece(token)


def ask(prefix: str, **more: object) -> Ask:
    pieces = (Special("<mid>"), Text(prefix, Keep.END))
    return Ask(pieces, **{"limit": 20, "lines": 0} | more)  # type: ignore[arg-type]


def _hears(
    heard: list[tuple[str, int]], stop: int, flag: Flag, number: int, new: str, took: int
) -> None:
    """Takes so many texts, then cancels, every other time a text too late."""
    late = len(heard) == stop
    if not late:
        heard.append((new, took))
    if len(heard) == stop and (late or number % 2):
        flag.wanted = number


def paused(model: Arithmetic, asked: Ask, stops: list[int]) -> tuple[str, Done, int]:
    """An answer that is stopped behind so many texts, each time, with another ask in between, as the desk does; its
    end, and how many tokens its texts took.
    """
    flag = Flag()
    generator = Generator(model, flag)
    text, spent = "", 0
    for number, stop in enumerate([*stops, 10_000], 1):
        heard: list[tuple[str, int]] = []

        say = partial(_hears, heard, stop, flag, number)
        with contextlib.suppress(Cancelled):
            done = generator.answer(number, replace(asked, said=text, spent=spent), say)
        text += "".join(new for new, _ in heard)
        spent += sum(took for _, took in heard)
        if not flag.wanted:
            break
        flag.wanted = 0
        answer(generator, 90_000 + number, ask("between", lines=1))
    return text, done, spent


@given(
    st.lists(st.integers(1, 9), max_size=5),
    st.sampled_from([5, 40, 128, 10_000]),
    st.sampled_from([b"abcdefgh \n", b"x", "aé😀\n".encode(), b"ab"]),
    st.sampled_from([0, 1, 2]),
    st.sampled_from([1, 300]),
    st.booleans(),
)
@settings(deadline=None, max_examples=150)
def test_a_paused_answer_is_the_one_without_a_pause(
    stops: list[int], limit: int, alphabet: bytes, order: int, length: int, merges: bool
) -> None:
    """To the last token: loops are seen over a pause, characters are whole, the limit and the prompt are the same."""
    asked = ask("abc" * length, limit=limit)

    def model() -> Arithmetic:
        return (Merging if merges else Arithmetic)(alphabet=alphabet, order=order)

    whole, end, tokens = paused(model(), asked, [])
    text, done, spent = paused(model(), asked, stops)
    assert (text, done.end) == (whole, end.end)
    assert spent == tokens


def test_text_that_nobody_remembers_saying_is_gone_on_from() -> None:
    whole, _ = answer(Generator(Arithmetic(), Flag()), 1, ask("abc"))
    again = replace(ask("abc"), said=whole[:7], spent=7)
    text, done = answer(Generator(Arithmetic(), Flag()), 1, again)
    assert text == whole[7:]
    assert done.cost.tokens.generated == len(whole) - 7
    other = replace(ask("abc"), said="hh", spent=2)
    generator = Generator(Arithmetic(), Flag())
    answer(generator, 1, ask("abc"))
    text, _ = answer(generator, 2, other)
    assert len(text) == len(whole) - 2


def test_a_text_says_how_many_tokens_it_took() -> None:
    model = Arithmetic(alphabet=b"ab", forced={6 + n: b for n, b in enumerate("😀".encode())})
    heard: list[tuple[str, int]] = []
    done = Generator(model, Flag()).answer(1, ask("abc"), lambda *part: heard.append(part))
    assert heard[2] == ("😀", 4)
    assert sum(took for _, took in heard) == done.cost.tokens.generated == 20
