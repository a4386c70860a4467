"""Drafts by a second model: never a change to the answer, and off where they do not pay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from symbiote.core.errors import ModelError
from symbiote.engine.local import drafter as module
from symbiote.engine.local import payoff as plainly
from symbiote.engine.local.drafter import TRIALS, Drafter
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.payoff import Payoff
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.vocabulary import PADDED, Words
from symbiote.engine.port import Ask, Keep, Special, Text
from unit.engine.arithmetic import EOG, Arithmetic, Flag, answer


@dataclass
class Sharp(Arithmetic):
    """Sure of what it says, except behind texts that `unsure` knows the length of; `wrong` makes it say another letter."""

    unsure: set[int] = field(default_factory=set)
    wrong: set[int] = field(default_factory=set)

    def _after(self, text: Sequence[int]) -> NDArray[np.float32]:
        out = super()._after(text) * np.float32(4)
        if len(text) in self.unsure:
            out /= 20
        if len(text) in self.wrong:
            out = np.roll(out, 1)
        return out


class Always(Payoff):
    def length(self) -> int:
        return 8


class Never(Payoff):
    def length(self) -> int:
        return 0


@dataclass
class Second:
    """A drafter that is asked each time."""

    inner: Drafter
    payoff: Payoff = field(default_factory=Always)
    asked: list[int] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return self.inner.seconds

    @property
    def says(self) -> str:
        return self.inner.says

    def propose(self, text: Ids, most: int) -> Ids:
        draft = self.inner.propose(text, most)
        self.asked.append(len(draft))
        assert len(draft) <= most
        return draft

    def was(self, drafted: int, right: int) -> None:
        self.inner.was(drafted, right)


def drafter(model: Arithmetic, shared: int = 258, plain: float = 60.0) -> Drafter:
    made = Drafter(model, shared, "small")
    made.payoff.plain(plain)  # seconds: whatever reading takes is worth it
    return made


def ids(text: str) -> Ids:
    return np.frombuffer(text.encode(), np.uint8).astype(np.int32)


def ask(prefix: str, **more: object) -> Ask:
    pieces = (Special("<mid>"), Text(prefix, Keep.END))
    return Ask(pieces, **{"limit": 40, "lines": 0} | more)  # type: ignore[arg-type]


texts = st.text(alphabet="abcdefgh \n", max_size=60)
places = st.sets(st.integers(1, 120))


@given(
    st.lists(st.tuples(texts, st.integers(0, 3)), max_size=4),
    st.integers(0, 3),
    places,
    places,
    places,
    st.dictionaries(st.integers(20, 120), st.sampled_from([EOG, 0xFF, 10]), max_size=2),
)
@settings(deadline=None)
def test_a_second_model_changes_no_token_of_any_answer(
    asks: list[tuple[str, int]],
    order: int,
    unsure: set[int],
    wrong: set[int],
    aborts: set[int],
    forced: dict[int, int],
) -> None:
    model, plain = (Sharp(order=order, forced=forced) for _ in range(2))
    small = Sharp(order=order, forced=forced, unsure=unsure, wrong=wrong)
    second = Second(drafter(small))
    small.aborts = {small.calls + one for one in aborts}
    drafting = Generator(model, Flag(), worth=4, payoff=Never(), drafter=second)
    without = Generator(plain, Flag(), worth=4, payoff=Never())
    for number, (prefix, lines) in enumerate(asks, 1):
        text, done = answer(drafting, number, ask(prefix, lines=lines))
        expected, costly = answer(without, number, ask(prefix, lines=lines))
        assert (text, done.end, done.confidence) == (expected, costly.end, costly.confidence)
        assert 0 <= done.cost.tokens.accepted <= done.cost.tokens.drafted
        assert drafting.held.tolist() == model.sequence


def test_a_model_that_is_right_saves_calls() -> None:
    calls = {}
    for second in (None, Second(drafter(Sharp()))):
        model = Sharp()
        generator = Generator(model, Flag(), payoff=Never(), drafter=second)
        text, done = answer(generator, 1, ask("abc def", limit=60))
        calls[second is None] = model.calls, text
        assert (done.cost.tokens.accepted > 0) == (second is not None)
    assert calls[True][1] == calls[False][1]
    assert calls[False][0] < calls[True][0] / 3


def test_what_the_file_proposes_goes_first() -> None:
    phrase = b"item = first\n"
    cycle = {place: phrase[place % len(phrase)] for place in range(200)}
    second = Second(drafter(Sharp(forced=cycle)))
    generator = Generator(Sharp(forced=cycle), Flag(), payoff=Always(), drafter=second)
    _, done = answer(generator, 1, ask("q", limit=80))
    assert len(second.asked) <= 3  # until the phrase has stood there once
    assert done.cost.tokens.accepted > 50


def test_a_draft_ends_where_it_is_not_sure_and_before_the_end() -> None:
    small = Sharp(unsure={12})
    assert len(drafter(small).propose(ids("abcdefgh"), 10)) == 4
    small = Sharp(forced={10: EOG})
    assert len(drafter(small).propose(ids("abcdefgh"), 10)) == 2


def test_tokens_that_only_one_of_them_knows_are_not_proposed_nor_read() -> None:
    small = Sharp(forced={9: 200})
    draft = drafter(small, shared=150).propose(ids("abcdefgh"), 10)
    assert 200 not in draft.tolist()
    assert len(drafter(Sharp(), shared=150).propose(np.array([97, 200], np.int32), 5)) == 0


def test_it_reads_what_is_new_and_of_a_long_text_the_end() -> None:
    small = Sharp(context=128)
    made = drafter(small)
    read = small.evaluated
    made.propose(ids("a" * 500), 1)
    assert small.evaluated - read == 64
    made.propose(ids("a" * 500 + "bc"), 1)
    assert small.evaluated - read == 66
    assert small.sequence == ids("a" * 64 + "bc").tolist()
    for length in range(503, 900, 3):  # it begins anew before its context is full
        made.propose(ids("a" * length), 4)
    made.propose(ids("b"), 1)
    assert small.sequence == ids("b").tolist()


def test_reading_that_would_take_too_long_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    small = Sharp()
    made = drafter(small, plain=1e-9)
    read = small.evaluated
    assert len(made.propose(ids("abcdefgh"), 4)) == 0
    assert small.evaluated == read
    monkeypatch.setattr(module, "READING", 1e12)
    assert len(made.propose(ids("abcdefgh"), 4)) == 4


def test_it_says_whether_it_pays() -> None:
    made = drafter(Sharp(), plain=0.01)
    assert made.says == ""
    for _ in range(TRIALS):
        made.was(4, 1)
        made.payoff.drafted(4, 2, 0.05)
    assert not made.payoff.pays
    assert made.payoff.length() == 0
    assert made.says == (
        "Drafts by small do not pay here and are off: 25 % of its tokens were right."
    )
    for _ in range(2_000):
        if length := made.payoff.length():
            made.was(length, length)
            made.payoff.drafted(length, length + 1, 0.012)
        else:
            made.payoff.plain(0.01)
    assert made.payoff.pays
    assert made.says.startswith("Drafts by small make long answers faster: ")


def test_drafts_that_are_looked_for_in_vain_cost_too() -> None:
    payoff = Payoff(gain=0.95)
    payoff.plain(0.01)
    for _ in range(plainly.TRIALS):
        payoff.drafted(0, 1, 0.011)
    assert payoff.tried
    assert not payoff.pays


def test_a_gain_too_small_is_none() -> None:
    for gain, pays in ((1.0, True), (0.95, False)):
        payoff = Payoff(gain=gain)
        payoff.plain(0.01)
        for _ in range(plainly.TRIALS):
            payoff.drafted(4, 2, 0.0195)
        assert payoff.pays is pays


class Vocabulary(Words):
    """Without a model behind it."""

    def __init__(self, tokens: list[bytes], begin: int = -1) -> None:
        self._tokens = tokens
        self.vocabulary = len(tokens)
        self.begin, self.patterned = begin, True

    def text(self, token: int) -> bytes:
        return self._tokens[token]


TOKENS = [b"<end>", b"a", b"b", b"c"]


def test_vocabularies_of_one_family_share_what_both_have() -> None:
    longer = Vocabulary([*TOKENS, b"[PAD4]", b"[PAD5]"])
    assert Vocabulary(TOKENS).shared(Vocabulary(TOKENS)) == 4
    assert Vocabulary(TOKENS).shared(longer) == longer.shared(Vocabulary(TOKENS)) == 4


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (Vocabulary([b"<end>", b"a", b"B", b"c"]), "Token 2 is another one"),
        (Vocabulary(TOKENS, begin=0), "begin in another way"),
        (Vocabulary([*TOKENS, *([b"x"] * (PADDED + 1))]), "It knows 133 tokens"),
    ],
)
def test_others_are_refused_with_a_sentence(other: Vocabulary, why: str) -> None:
    with pytest.raises(ModelError, match=why):
        Vocabulary(TOKENS).shared(other)
