"""The generator over a model made of arithmetic: what it holds, reuses and gives back."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symbiote.core.errors import AskRefused
from symbiote.engine.local.generate import ABORTED, OK, Broken, Cancelled, Generator, common
from symbiote.engine.local.tokens import Ids
from symbiote.engine.port import Ask, Done, End, Keep, Special, Text

EOG, MIDDLE = 256, 257


@dataclass
class Arithmetic:
    """The next byte depends on all bytes before it. `aborts` are decode calls to interrupt."""

    context: int = 256
    chunk: int = 16
    vocabulary: int = 258
    begin: int = -1
    alphabet: bytes = b"abcdefgh \n"
    forced: dict[int, int] = field(default_factory=dict)
    controls: dict[str, int] = field(default_factory=lambda: {"<end>": EOG, "<mid>": MIDDLE})
    sequence: list[int] = field(default_factory=list)
    evaluated: int = 0
    calls: int = 0
    aborts: set[int] = field(default_factory=set)
    on_decode: list[object] = field(default_factory=list)
    wanted: bool = False
    nan: bool = False

    def __post_init__(self) -> None:
        self.ends = np.zeros(self.vocabulary, np.bool_)
        self.ends[256:] = True

    def tokenize(self, text: bytes) -> Ids:
        return np.frombuffer(text, np.uint8).astype(np.int32)

    def piece(self, token: int) -> bytes:
        return bytes([token])

    def decode(self, tokens: Ids, start: int, logits: bool) -> int:
        assert start == len(self.sequence)
        assert 0 < len(tokens) <= self.chunk
        assert start + len(tokens) <= self.context
        self.calls += 1
        if self.calls in self.aborts:
            return ABORTED
        self.sequence += tokens.tolist()
        self.evaluated += len(tokens)
        self.wanted = logits
        return OK

    def forget(self, start: int) -> None:
        del self.sequence[start:]

    def logits(self) -> NDArray[np.float32]:
        assert self.wanted
        out = np.zeros(self.vocabulary, np.float32)
        if self.nan:
            return out * np.float32(math.nan)
        number = hash(tuple(self.sequence))
        token = self.forced.get(len(self.sequence), self.alphabet[number % len(self.alphabet)])
        out[token] = 5
        return out


class Flag:
    def __init__(self) -> None:
        self.wanted = 0

    def begin(self, ask: int) -> bool:
        return self.wanted != ask

    def cancelled(self, ask: int) -> bool:
        return self.wanted == ask

    def clear(self) -> None:
        pass


def answer(generator: Generator, number: int, ask: Ask) -> tuple[str, Done]:
    said: list[str] = []
    done = generator.answer(number, ask, said.append)
    return "".join(said), done


def ask(prefix: str, suffix: str = "", **more: object) -> Ask:
    pieces = (Text(suffix, Keep.START), Special("<mid>"), Text(prefix, Keep.END))
    return Ask(pieces, **{"limit": 20, "lines": 0} | more)  # type: ignore[arg-type]


def fresh(asked: Ask) -> str:
    return answer(Generator(Arithmetic(), Flag()), 1, asked)[0]


def test_an_answer_counts_what_it_did() -> None:
    text, done = answer(Generator(Arithmetic(), Flag()), 1, ask("x" * 20, "y" * 9))
    assert len(text) == 20
    assert done.end is End.LIMIT
    tokens = done.cost.tokens
    assert (tokens.prompt, tokens.evaluated, tokens.generated) == (30, 30, 20)
    assert done.confidence == pytest.approx(5 - math.log(math.exp(5) + 257))


def test_a_typed_character_costs_one_token() -> None:
    generator = Generator(Arithmetic(), Flag())
    typed = "def f"
    answer(generator, 1, ask(typed, "suffix"))
    _, done = answer(generator, 2, ask(typed + "\0", "suffix"))
    assert done.cost.tokens.evaluated == 1


def test_the_same_prompt_again_evaluates_its_last_token() -> None:
    generator = Generator(Arithmetic(), Flag())
    first, _ = answer(generator, 1, ask("abc"))
    second, done = answer(generator, 2, ask("abc"))
    assert first == second
    assert done.cost.tokens.evaluated == 1


def test_typing_what_was_answered_needs_no_reading() -> None:
    generator = Generator(Arithmetic(), Flag())
    text, _ = answer(generator, 1, ask("abc"))
    _, done = answer(generator, 2, ask("abc" + text[:5]))
    assert done.cost.tokens.evaluated == 1


texts = st.text(alphabet="ab\n", max_size=60)


@given(st.lists(st.tuples(texts, texts, st.integers(0, 12), st.sets(st.integers(1, 12)))))
@settings(deadline=None)
def test_whatever_came_before_the_answer_is_that_of_a_fresh_engine(
    asks: list[tuple[str, str, int, set[int]]],
) -> None:
    """Cancels at any decode, aborts meant for other asks, edits anywhere."""
    model, flag = Arithmetic(), Flag()
    generator = Generator(model, flag)
    for number, (prefix, suffix, cancel_at, aborts) in enumerate(asks, 1):
        asked = ask(prefix, suffix)
        model.aborts = {model.calls + n for n in aborts}
        said: list[str] = []

        def say(
            text: str, number: int = number, said: list[str] = said, at: int = cancel_at
        ) -> None:
            said.append(text)
            if len(said) == at:
                flag.wanted = number

        try:
            generator.answer(number, asked, say)
        except Cancelled:
            assert len(said) == cancel_at
            assert fresh(asked).startswith("".join(said))
        else:
            assert "".join(said) == fresh(asked)
        assert generator.held.tolist() == model.sequence


def test_a_cancel_between_chunks_keeps_what_was_read() -> None:
    model, flag = Arithmetic(), Flag()
    generator = Generator(model, flag)
    asked = ask("x" * 100)
    beats: list[int] = []

    def beat() -> None:
        beats.append(len(model.sequence))
        if len(beats) == 2:
            flag.wanted = 1

    with pytest.raises(Cancelled):
        generator.answer(1, asked, lambda text: None, beat)
    assert len(generator.held) == 32
    _, done = answer(generator, 2, asked)
    assert done.cost.tokens.evaluated == 101 - 32


def test_an_ask_cancelled_before_it_began_costs_nothing() -> None:
    model, flag = Arithmetic(), Flag()
    flag.wanted = 3
    with pytest.raises(Cancelled):
        Generator(model, flag).answer(3, ask("x"), lambda text: None)
    assert model.calls == 0


def test_a_fault_of_the_library_breaks_the_worker() -> None:
    model = Arithmetic()
    model.decode = lambda tokens, start, logits: -3  # type: ignore[method-assign]
    with pytest.raises(Broken, match="-3"):
        Generator(model, Flag()).answer(1, ask("x"), lambda text: None)


def test_control_tokens_end_the_answer_unseen() -> None:
    for token in (EOG, MIDDLE):
        model = Arithmetic(forced={6: token})
        text, done = answer(Generator(model, Flag()), 1, ask("abc"))
        assert len(text) == 2
        assert done.end is End.EOG
        assert done.cost.tokens.generated == 2


def test_lines_limit_and_loops_end_the_answer() -> None:
    model = Arithmetic(alphabet=b"x", forced={8: 10})
    text, done = answer(Generator(model, Flag()), 1, ask("abc", lines=1))
    assert (text, done.end) == ("xxxx\n", End.LINE)
    text, done = answer(Generator(Arithmetic(alphabet=b"x"), Flag()), 1, ask("abc", limit=99))
    assert (text, done.end) == ("x" * 16, End.LIMIT)


def test_bytes_that_are_no_text_end_the_answer() -> None:
    model = Arithmetic(forced={6: 0xFF})
    text, done = answer(Generator(model, Flag()), 1, ask("abc"))
    assert len(text) == 2
    assert done.end is End.EOG


def test_an_unfinished_character_is_not_shown() -> None:
    model = Arithmetic(forced={22 + n: byte for n, byte in enumerate("😀".encode())})
    text, _ = answer(Generator(model, Flag()), 1, ask("abc"))
    assert text.isascii()
    assert len(text) == 18


def test_a_passed_deadline_ends_at_once_and_spoils_nothing() -> None:
    generator = Generator(Arithmetic(), Flag())
    text, done = answer(generator, 1, ask("abc", deadline=time.monotonic() - 1))
    assert (text, done.end, done.cost.tokens.evaluated) == ("", End.DEADLINE, 0)
    assert answer(generator, 2, ask("abc"))[0] == fresh(ask("abc"))


def test_a_prompt_longer_than_the_context_is_cut() -> None:
    text, done = answer(Generator(Arithmetic(), Flag()), 1, ask("x" * 9999, "y" * 9999))
    assert len(text) == 20
    assert done.cost.tokens.prompt <= 236


def test_a_limit_beyond_the_context_is_cut() -> None:
    _, done = answer(Generator(Arithmetic(), Flag()), 1, ask("x", limit=10_000))
    assert done.cost.tokens.generated == 128


def test_limit_nought_reads_the_prompt_only() -> None:
    model = Arithmetic()
    text, done = answer(Generator(model, Flag()), 1, ask("abc", limit=0))
    assert (text, done.end, done.cost.tokens.evaluated) == ("", End.LIMIT, 4)


def test_no_numbers_refuse_the_ask_and_hold_nothing() -> None:
    model = Arithmetic(nan=True)
    generator = Generator(model, Flag())
    with pytest.raises(AskRefused, match="no numbers"):
        answer(generator, 1, ask("abc"))
    assert model.sequence == []


def test_refused_asks_leave_the_cache_alone() -> None:
    generator = Generator(Arithmetic(), Flag())
    answer(generator, 1, ask("abc"))
    held = generator.held.tolist()
    with pytest.raises(AskRefused):
        answer(generator, 2, Ask((Special("<no>"),)))
    assert generator.held.tolist() == held


@given(st.lists(st.integers(0, 2)), st.lists(st.integers(0, 2)))
def test_common_is_the_longest_shared_beginning(one: list[int], other: list[int]) -> None:
    length = common(np.array(one, np.int32), np.array(other, np.int32))
    assert one[:length] == other[:length]
    assert (
        one[length : length + 1] != other[length : length + 1]
        or min(len(one), len(other)) == length
    )
