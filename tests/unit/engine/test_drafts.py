"""Drafts: found where the text repeats itself, checked by the model, and never a change to the answer."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.engine.local.drafts import LEAST, MOST, Deleted, Lookup, find, shared
from symbiote.engine.local.generate import Cancelled, Generator
from symbiote.engine.local.payoff import EXPLORE_EVERY, LONGEST, TRIALS, Payoff
from symbiote.engine.local.ranking import Ranking
from symbiote.engine.local.tokens import Ids
from symbiote.engine.local.trees import ARRAYS, Trees
from symbiote.engine.port import Ask, End, Keep, Special, Text
from unit.engine.arithmetic import EOG, Arithmetic, Flag, answer


class Always(Payoff):
    def length(self) -> int:
        return LONGEST


class Never(Payoff):
    def length(self) -> int:
        return 0


def ids(text: str) -> Ids:
    return np.frombuffer(text.encode(), np.uint8).astype(np.int32)


def lookup(prompt: str, *more: str) -> Lookup:
    stops = np.zeros(256, np.bool_)
    stops[ord("#")] = True
    return Lookup(ids(prompt), 50, stops, lambda: [ids(text) for text in more])


def said(proposal: Ids) -> str:
    return bytes(proposal.tolist()).decode()


def test_what_followed_before_is_proposed() -> None:
    assert said(lookup("return x\nret").propose(15)) == "urn x\nret"
    assert said(lookup("return x\nret").propose(4)) == "urn "


def test_the_longest_match_wins_and_of_equals_the_last() -> None:
    assert said(lookup("abcd1 bcd2 abcd").propose(1)) == "1"
    assert said(lookup("bcd1 bcd2 bcd").propose(1)) == "2"


def test_short_matches_and_none_propose_nothing() -> None:
    for prompt in ("", "a", "ab", "ab1 ab", "nothing here twice"):
        assert len(lookup(prompt).propose(15)) == 0


def test_control_tokens_are_not_proposed() -> None:
    assert said(lookup("abcx#y abc").propose(15)) == "x"
    assert said(lookup("abc#y abc").propose(15)) == ""


def test_the_answer_is_looked_at_too() -> None:
    found = lookup("xyz")
    for token in ids(" total = 1\ntot"):
        found.add(int(token))
    assert said(found.propose(6)) == "al = 1"


def test_other_texts_are_asked_for_once_and_only_when_needed() -> None:
    asked: list[int] = []

    def more() -> list[Ids]:
        asked.append(1)
        return [ids("elsewhere: self.count += 1")]

    long = "0123456789"
    found = Lookup(ids(long + "x" + long), 9, np.zeros(256, np.bool_), more)
    assert said(found.propose(1)) == "x"
    assert not asked
    found = Lookup(ids("self.c"), 9, np.zeros(256, np.bool_), more)
    assert said(found.propose(9)) == "ount += 1"
    assert said(found.propose(9)) == "ount += 1"
    assert len(asked) == 1


@given(st.text(alphabet="ab", max_size=60), st.text(alphabet="ab", max_size=20))
def test_a_find_is_the_longest_there_is(text: str, recent: str) -> None:
    at, length = find(ids(text), ids(recent), LEAST)
    best = (0, 0)
    for place in range(1, len(text)):
        shown = text[:place]
        common = next(n for n in range(len(recent), -1, -1) if shown.endswith(recent[-n or 99 :]))
        best = max(best, (common, place))
    assert (length, at) == (best if best[0] >= LEAST else (0, 0))


def test_text_that_vanished_is_remembered() -> None:
    deleted = Deleted()
    whole = "import os\n\ndef total(items):\n    return sum(items)\n\nx = 1\n"
    cut = whole.replace("    return sum(items)\n", "")
    for file in (whole, cut, cut + "z"):
        deleted.see(file)
    (text,) = deleted.texts
    assert "return sum(items)" in text


def test_another_file_and_corrections_are_no_deletions() -> None:
    deleted = Deleted()
    for file in ("a = 1\n" * 20, "class X:\n" * 20, "class X:\n" * 19 + "clas", "", "x" * 30):
        deleted.see(file)
    assert deleted.texts == ()


@given(st.text(alphabet="ab", max_size=30), st.text(alphabet="ab", max_size=30))
def test_what_two_texts_share(one: str, other: str) -> None:
    count = shared(one, other)
    assert one[:count] == other[:count]
    assert count == min(len(one), len(other)) or one[count] != other[count]


def ask(prefix: str, suffix: str = "", **more: object) -> Ask:
    pieces = (Text(suffix, Keep.START), Special("<mid>"), Text(prefix, Keep.END))
    return Ask(pieces, **{"limit": 40, "lines": 0} | more)  # type: ignore[arg-type]


texts = st.text(alphabet="abcdefgh \n", max_size=60)


@given(
    st.lists(st.tuples(texts, texts, st.integers(0, 3), st.booleans()), max_size=4),
    st.integers(1, 3),
    st.sets(st.integers(1, 60)),
    st.dictionaries(st.integers(20, 120), st.sampled_from([EOG, 0xFF, 10]), max_size=2),
)
@settings(deadline=None)
def test_drafts_change_no_token_of_any_answer(
    asks: list[tuple[str, str, int, bool]], order: int, aborts: set[int], forced: dict[int, int]
) -> None:
    """Whatever repeats, wherever answers end, whatever is interrupted."""
    plain = Arithmetic(order=order, forced=forced)
    model = Arithmetic(order=order, forced=forced, aborts=aborts)
    drafting = Generator(model, Flag(), worth=4, payoff=Always())
    without = Generator(plain, Flag(), worth=4, payoff=Never())
    for number, (prefix, suffix, lines, heal) in enumerate(asks, 1):
        asked = ask(prefix, suffix, lines=lines, heal=heal, before=prefix, after=suffix)
        text, done = answer(drafting, number, asked)
        expected, costly = answer(without, number, asked)
        assert (text, done.end, done.confidence) == (expected, costly.end, costly.confidence)
        tokens = done.cost.tokens
        assert tokens.generated == costly.cost.tokens.generated
        assert 0 <= tokens.accepted <= tokens.drafted
        assert tokens.accepted <= tokens.generated
        assert (costly.cost.tokens.drafted, costly.cost.tokens.accepted) == (0, 0)
        assert drafting.held.tolist() == model.sequence


PHRASE = b"item = first\n"
CYCLE = {place: PHRASE[place % len(PHRASE)] for place in range(100)}


def test_a_text_that_repeats_takes_fewer_calls() -> None:
    calls = {}
    for payoff in (Always(), Never()):
        model = Arithmetic(forced=CYCLE)
        text, done = answer(Generator(model, Flag(), payoff=payoff), 1, ask("q", limit=60))
        calls[type(payoff).__name__] = (model.calls, text)
        if isinstance(payoff, Always):
            assert done.cost.tokens.accepted > 10
    assert calls["Always"][1] == calls["Never"][1]
    assert calls["Always"][0] < calls["Never"][0] / 2


def test_lines_the_file_competes_for_are_written_without_drafts() -> None:
    """What is read ahead of one line are the file's proposals, and here it has none."""
    trees = Trees.read({"base": 0, "depth": 0} | {name: [] for name in ARRAYS})
    for lines in (0, 1, 3):
        model = Arithmetic(forced=CYCLE)
        ranking = Ranking(trees, trees)
        generator = Generator(model, Flag(), ranking=ranking, payoff=Always())
        _, done = answer(generator, 1, ask(PHRASE.decode(), lines=lines))
        assert (done.cost.tokens.drafted > 0) == (lines != 1)


def test_a_half_typed_word_is_written_without_drafts() -> None:
    model, sizes = Arithmetic(), []
    decode = model.decode

    def counted(tokens: Ids, *more: Any) -> int:
        sizes.append(len(tokens))
        return decode(tokens, *more)

    model.decode = counted  # type: ignore[method-assign]
    asked = ask(" item = first\n item", heal=True, limit=6)
    answer(Generator(model, Flag(), payoff=Always()), 1, asked)
    assert sizes[1:4] == [1, 1, 1], "the word"
    assert sizes[4] == 2, "the first draft, as long as the limit allows"


def test_deleted_text_is_drafted_from() -> None:
    line = "abcd = first(second)\n"
    model = Arithmetic(forced={4 + n: byte for n, byte in enumerate(line.encode())})
    generator = Generator(model, Flag(), payoff=Always())
    around = "x = 1\ny = 2\nz = 3\n" * 3
    answer(generator, 1, ask("0", limit=1, before=around + line, after=around))
    _, done = answer(generator, 2, ask("xyz", limit=len(line), before=around, after=around))
    assert done.cost.tokens.accepted >= len(line) - LEAST - 2


def test_a_cancelled_check_holds_nothing_of_the_draft() -> None:
    model, flag = Arithmetic(forced=CYCLE), Flag()
    generator = Generator(model, flag, payoff=Always())
    parts: list[str] = []

    def say(text: str, _: int) -> None:
        parts.append(text)
        if len(parts) == 25:
            flag.wanted = 1

    with pytest.raises(Cancelled):
        generator.answer(1, ask("q", limit=60), say)
    assert generator.held.tolist() == model.sequence
    assert answer(generator, 2, ask("q", limit=60))[0].startswith("".join(parts))


def test_the_end_of_a_line_ends_the_draft_of_a_line() -> None:
    model = Arithmetic(forced=dict(enumerate(b"abc = 1\nabc = 1\n", 1)))
    _, done = answer(Generator(model, Flag(), payoff=Always()), 1, ask("abc = 1\n", lines=1))
    assert done.end is End.LINE
    assert done.cost.tokens.drafted <= len("abc = 1") * 2


def use(payoff: Payoff, steps: int, plain: float, check: float, share: float) -> list[int]:
    """Steps with a proposal each time; `share` of a draft is right. Returns the lengths asked for."""
    lengths = []
    for _ in range(steps):
        length = payoff.length()
        lengths.append(length)
        if length:
            payoff.drafted(length, 1 + int(length * share), check)
        else:
            payoff.plain(plain)
    return lengths


def test_drafts_that_are_right_stay_and_grow() -> None:
    lengths = use(Payoff(), 200, plain=1.0, check=1.5, share=1.0)
    assert lengths[0] == 0
    assert lengths[-1] == LONGEST or lengths[-2] == LONGEST
    assert 3 <= lengths[20:].count(0) <= 7, "the plain call is measured anew now and then"


def test_drafts_that_do_not_pay_go_and_are_tried_now_and_then() -> None:
    lengths = use(Payoff(), 20 * EXPLORE_EVERY, plain=1.0, check=1.5, share=0.0)
    tried = sum(1 for length in lengths if length)
    assert TRIALS <= tried <= TRIALS + 21
    assert max(lengths[-100:]) == 2


def test_dear_checks_go_even_if_they_are_often_right() -> None:
    payoff = Payoff()
    use(payoff, 50, plain=1.0, check=9.0, share=0.5)
    assert not payoff.pays


def test_a_change_is_followed_both_ways() -> None:
    payoff = Payoff()
    use(payoff, 50, plain=1.0, check=5.0, share=0.0)
    assert not payoff.pays
    use(payoff, 6 * EXPLORE_EVERY, plain=1.0, check=1.2, share=1.0)
    assert payoff.pays
    use(payoff, 60, plain=1.0, check=3.0, share=0.0)
    assert not payoff.pays


def test_a_match_is_at_most_so_long() -> None:
    text = "x" * 40 + "y" + "x" * MOST
    assert find(ids(text), ids("x" * MOST), LEAST) == (40, MOST)
