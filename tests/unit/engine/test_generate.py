"""The generator over a model made of arithmetic: what it holds, reuses and gives back."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from symbiote.core.errors import AskRefused
from symbiote.engine.local.generate import ABORTED, Broken, Cancelled, Generator
from symbiote.engine.port import Ask, End, Keep, Special, Text
from unit.engine.arithmetic import EOG, MIDDLE, Arithmetic, Flag, answer


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
    assert done.confidence == pytest.approx(20 * (5 - math.log(math.exp(5) + 257)))


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
@example([("\n\n\na\n", "", 9, set())])
@example([("", "", 0, set()), ("b\naa", "aaaaaa\n", 2, set())])
@settings(deadline=None)
def test_whatever_came_before_the_answer_is_that_of_a_fresh_engine(
    asks: list[tuple[str, str, int, set[int]]],
) -> None:
    """Cancels at any decode, aborts meant for other asks, edits anywhere."""
    model, flag = Arithmetic(), Flag()
    generator = Generator(model, flag, worth=4)
    for number, (prefix, suffix, cancel_at, aborts) in enumerate(asks, 1):
        asked = ask(prefix, suffix)
        model.aborts = {model.calls + n for n in aborts}
        said: list[str] = []

        def say(
            text: str, _: int, number: int = number, said: list[str] = said, at: int = cancel_at
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
        generator.answer(1, asked, lambda text, tokens: None, beat)
    assert len(generator.held) == 32
    _, done = answer(generator, 2, asked)
    assert done.cost.tokens.evaluated == 101 - 32


def test_an_ask_cancelled_before_it_began_costs_nothing() -> None:
    model, flag = Arithmetic(), Flag()
    flag.wanted = 3
    with pytest.raises(Cancelled):
        Generator(model, flag).answer(3, ask("x"), lambda text, tokens: None)
    assert model.calls == 0


def test_a_fault_of_the_library_breaks_the_worker() -> None:
    model = Arithmetic()
    model.decode = lambda *_: -3  # type: ignore[method-assign]
    with pytest.raises(Broken, match="-3"):
        Generator(model, Flag()).answer(1, ask("x"), lambda text, tokens: None)


def test_control_tokens_end_the_answer_unseen() -> None:
    for token in (EOG, MIDDLE):
        model = Arithmetic(forced={6: token})
        text, done = answer(Generator(model, Flag()), 1, ask("abc"))
        assert len(text) == 2
        assert done.end is End.EOG
        assert done.cost.tokens.generated == 2


def test_an_answer_that_nobody_would_see_ends_at_once() -> None:
    whole, _ = answer(Generator(Arithmetic(), Flag()), 1, ask("abc"))
    text, done = answer(Generator(Arithmetic(), Flag()), 1, ask("abc", least=-2.5))
    assert done.end is End.UNSURE
    assert done.cost.tokens.generated == 3  # each has -1.03
    assert done.confidence < -2.5
    assert whole.startswith(text)
    text, done = answer(Generator(Arithmetic(), Flag()), 1, ask("abc", least=-100.0))
    assert (text, done.end) == (whole, End.LIMIT)


@pytest.mark.parametrize(
    ("writes", "rest", "said"),
    [
        ("f(x)) + 1\n", ") -> y:", "f(x))"),
        ("one, two] = 3\n", "]", "one, two]"),
        ("a = b + c\n", "b + c", "a = b + c"),
        ("a = b\n", "b", "a = b\n"),
        ("f(x)\n", ")", "f(x)\n"),
    ],
)
def test_an_answer_ends_where_it_meets_the_rest_of_the_line(
    writes: str, rest: str, said: str
) -> None:
    """The finish chain takes away what is there twice."""
    asked = ask("abc", rest, lines=1, after=rest + "\nx\n", limit=40)
    start = len("abc") + 1 + len(rest)
    model = Arithmetic(forced={start + n: byte for n, byte in enumerate(writes.encode())})
    text, done = answer(Generator(model, Flag()), 1, asked)
    assert (text, done.end) == (said, End.LINE)


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


def test_two_files_in_turn_are_read_once_each() -> None:
    generator = Generator(Arithmetic(), Flag())
    one, other = "1" * 90, "2" * 90
    for number, (prefix, suffix) in enumerate(
        [("x", one), ("y", other), ("xz", one), ("yz", other)]
    ):
        text, done = answer(generator, number + 1, ask(prefix, suffix))
        assert text == fresh(ask(prefix, suffix))
        assert done.cost.tokens.evaluated == (92 if number < 2 else 1)


def test_typing_parks_nothing() -> None:
    model = Arithmetic()
    generator = Generator(model, Flag())
    for count in range(1, 60):
        answer(generator, count, ask("x" * count, "s" * 90))
    assert model.saved == 0


def test_a_parked_sequence_that_cannot_be_fetched_is_read_again() -> None:
    model = Arithmetic()
    generator = Generator(model, Flag())
    for number, suffix in enumerate(["1" * 90, "2" * 90, "1" * 90], 1):
        model.deaf = number == 3
        text, done = answer(generator, number, ask("x", suffix))
        assert text == fresh(ask("x", suffix))
        assert done.cost.tokens.evaluated == 92


def test_a_sequence_too_large_to_park_is_read_again() -> None:
    generator = Generator(Arithmetic(large=True), Flag())
    for number, suffix in enumerate(["1" * 90, "2" * 90, "1" * 90], 1):
        _, done = answer(generator, number, ask("x", suffix))
        assert done.cost.tokens.evaluated == 92


def test_a_deadline_in_the_middle_of_a_call_ends_the_answer() -> None:
    model = Arithmetic()
    deadline = time.monotonic() + 0.05

    def slow(*_: object) -> int:
        time.sleep(max(0.0, deadline - time.monotonic()))
        return ABORTED

    model.decode = slow  # type: ignore[method-assign]
    text, done = answer(Generator(model, Flag()), 1, ask("x", deadline=deadline))
    assert (text, done.end) == ("", End.DEADLINE)
    assert done.cost.timing.prefill >= 40
    assert done.cost.timing.decode == 0
