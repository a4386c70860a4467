"""Where typing began: how long it holds, what moves it, and that answers stay those of their prompt."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.moment import Moment
from symbiote.engine.port import Done, End
from symbiote.features.anchor import DOCUMENTS, PLACES, RECENT, Anchored, Anchors, here
from symbiote.features.around import LIMIT, TYPED, Around, around, reach
from symbiote.features.reuse import Drawn
from symbiote.prompt.family import families
from unit.chain import LETTERS
from unit.doubles import READY
from unit.features.test_reuse_oracle import Typist
from unit.marked import moment as marked

ABOVE = "".join(f"line_{n} = {n}\n" for n in range(40))
BELOW = "\nafter()\n" * 40


def at(text: str) -> Moment:
    return marked(ABOVE + text + BELOW)


def begun(*texts: str) -> tuple[Anchors, list[str]]:
    """What stood behind the anchor at each of the asks."""
    anchors = Anchors()
    return anchors, [anchors.begin(READY, at(text)).typed for text in texts]


def test_what_is_typed_stands_behind_the_anchor() -> None:
    texts = ["x▮", "x ▮", "x = f▮", "x = f(\n▮", "x = f(\n    y▮", "x = f(▮"]
    assert begun(*texts)[1] == ["x", "x ", "x = f", "x = f(\n", "x = f(\n    y", "x = f("]


FIRST, THEN = "a = f(", "\n    b + c"


@pytest.mark.parametrize(
    ("then", "typed"),
    [
        (ABOVE + FIRST + THEN + "▮" + BELOW, FIRST + THEN),
        (ABOVE + FIRST + "▮" + BELOW, FIRST),
        (ABOVE + "other▮" + BELOW, "other"),
        (ABOVE + FIRST + THEN + "▮)" + BELOW, "b + c"),  # the editor closed a bracket
        ("new\n" + ABOVE + FIRST + THEN + "▮" + BELOW, "b + c"),
        (ABOVE + FIRST + THEN + "▮" + BELOW + "new", "b + c"),
        (ABOVE.replace("line_7", "seven") + FIRST + THEN + "▮" + BELOW, "b + c"),
        (ABOVE + FIRST + THEN + "▮" + BELOW.replace("\n", "\r\n"), FIRST + THEN),
        (ABOVE + FIRST + THEN + BELOW.replace("(", "(▮", 1), "after("),  # a jump
        (ABOVE[:-8] + "▮" + BELOW, "line_"),  # deleted past it
        (ABOVE + FIRST + "\n" + "x" * 193 + "▮" + BELOW, FIRST + "\n" + "x" * 193),
        (ABOVE + FIRST + "\n" + "x" * 194 + "▮" + BELOW, "x" * 194),
        (ABOVE + FIRST + "\n" + "é( " * 48 + "▮" + BELOW, FIRST + "\n" + "é( " * 48),
        (ABOVE + FIRST + "\n" + "é( " * 49 + "▮" + BELOW, "é( " * 49),
        (ABOVE + FIRST + "\n" * 195 + "▮" + BELOW, ""),
    ],
)
def test_what_moves_it(then: str, typed: str) -> None:
    anchors, first = begun(FIRST + "▮")
    assert first == [FIRST]
    assert anchors.begin(READY, marked(then)).typed == typed


def test_a_new_one_stands_behind_the_indentation() -> None:
    assert begun("    return self.na▮")[1] == ["return self.na"]
    assert begun("\tx = ▮")[1] == ["x = "]
    assert begun("    ▮")[1] == [""]


def test_of_a_long_line_the_half_typed_word_stands_behind_it() -> None:
    assert begun("x" * TYPED + "▮")[1] == ["x" * TYPED]
    assert begun("x" * TYPED + "(" + "y" * TYPED + "▮")[1] == ["y" * TYPED]
    assert begun("x" * (TYPED + 1) + "▮")[1] == [""]


def test_typing_changes_nothing_of_what_is_read_before_it() -> None:
    anchors = Anchors()
    first = anchors.begin(READY, at("for x in ▮"))
    qwen = families()["qwen"]
    for count in range(48):
        cut = anchors.begin(READY, at("for x in " + "ab, " * count + "▮"))
        assert cut.typed == "for x in " + "ab, " * count
        assert cut.prompt(qwen)[: len(qwen.layout)] == first.prompt(qwen)[:-1]


def test_a_place_is_read_as_it_was_asked() -> None:
    """So that an answer given there is found, by typing through it or by coming back."""
    anchors, _ = begun("x = ▮")
    asked = anchors.begin(READY, at("x = foo(\n    bar(▮"))
    anchors.move(READY, at("x = foo(\n    bar(▮"))
    assert anchors.read(READY, at("x = foo(\n    bar(▮")).key == asked.key
    assert anchors.read(READY, at("x = foo(\n    bar(y, z▮")).typed == "bar(y, z"
    assert anchors.read(READY, at("x = foo▮")).typed == "x = foo"  # the new one lies behind it
    assert anchors.begin(READY, at("x = foo(\n    bar(▮")).typed == "bar("
    assert anchors.read(READY, at("x = foo(\n    bar(▮")).key != asked.key


def test_it_is_moved_ahead_of_time_once_half_its_room_is_used() -> None:
    early, late = (f"{'x' * count}\n    value = y▮" for count in (85, 86))
    anchors, _ = begun("▮", early)
    assert anchors.ahead(READY, at(early)) is None
    anchors.begin(READY, at(late))
    ahead = anchors.ahead(READY, at(late))
    assert ahead is not None and ahead.typed == "value = y"
    anchors.move(READY, at(late))
    assert anchors.read(READY, at(late)).typed == late[:-1]
    assert anchors.begin(READY, at(late)).key == ahead.key
    assert anchors.ahead(READY, at(late)) is None
    assert begun("x" * 150 + "▮")[0].ahead(READY, at("x" * 150 + "▮")) is None


def test_what_is_kept_is_bounded() -> None:
    anchors = Anchors()
    for number in range(PLACES + 10):
        anchors.begin(READY, marked("\n" * number + f"▮{number}"))
    assert len(anchors._used) == PLACES
    assert len(anchors._recent) == RECENT
    window = Anchored()
    first = window.of("a")
    assert window.of("a") is first
    for number in range(DOCUMENTS):
        window.of(f"{number}")
    assert window.of("a") is not first
    last = window.of("5")
    window.forget("5")
    assert window.of("5") is not last


def test_keys_tell_where_the_anchor_lies() -> None:
    where = at("a = b▮")
    assert around(READY, where).key != around(READY, where, here(READY, where).at).key


class Anchoring(Typist):
    """Asks with anchors; of every answer it is known which text it was given for."""

    def __init__(self, text: str, small: bool) -> None:
        super().__init__(text, small)
        self.anchors = Anchors()
        self.texts: dict[bytes, tuple[str, str]] = {}
        self.found = 0

    def key(self, at: Moment) -> bytes:
        return self.checked(self.anchors.read(self.engine, at), at).key

    def checked(self, cut: Around, at: Moment) -> Around:
        text = at.document.text
        before = "".join(at.document.lines[: at.line]) + at.before
        assert before.endswith(cut.prefix + cut.typed)
        assert text[len(before) :].startswith(cut.suffix)
        assert len(cut.typed) <= reach(self.engine)
        return cut

    def ask(self) -> None:
        at = self.moment()
        found = self.page.find(at, self.key)
        if found is not None:
            self.found += 1
            before, after = self.texts[found.drawn.key]
            whole = "".join(at.document.lines[: at.line]) + at.before
            assert whole.endswith(before + found.typed)
            assert at.document.text[len(whole) :].startswith(after)
            self.rest = found.rest
            return
        cut = self.checked(self.anchors.begin(self.engine, at), at)
        assert self.anchors.read(self.engine, at) == cut
        self.rest = random.Random(cut.key).choice(["ab(", "b\n", "a b", "(ab\n  "])
        self.texts[cut.key] = (cut.prefix + cut.typed, cut.suffix)
        self.page.put(Drawn(cut.key, self.line, self.column, self.rest, Done(End.EOG)))


def hand(typist: Anchoring, chance: random.Random) -> None:
    for _ in range(40):
        match chance.randrange(11):
            case 0 | 1 | 2 | 3:
                typist.type(typist.rest[: chance.randint(1, 5)] or "a")
            case 4 | 5:
                typist.type(chance.choice(LETTERS))
            case 6 | 7:
                typist.backspace()
            case 8:
                typist.elsewhere(chance)
            case 9:
                typist.jump(chance)
            case _:
                typist.anchors.move(typist.engine, typist.moment())
        typist.ask()


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32), st.booleans())
def test_the_text_before_the_cursor_is_always_whole(seed: int, small: bool) -> None:
    chance = random.Random(seed)
    lines = ["ab(" * chance.randint(0, 6) for _ in range(chance.choice([0, 3, 60]))]
    hand(Anchoring("\n".join(lines), small), chance)


def test_the_random_edits_above_reuse() -> None:
    """Else they prove nothing."""
    found = 0
    for seed in range(20):
        typist = Anchoring("ab(\nab\n", False)
        hand(typist, random.Random(seed))
        found += typist.found
    assert found > 200


def test_a_small_context_leaves_little_room() -> None:
    engine = replace(READY, context=LIMIT + 64)
    assert reach(engine) == 25
    anchors = Anchors()
    for count in range(20):
        cut = anchors.begin(engine, marked("ab " * count + "▮" + "c" * 400))
        assert len(cut.prefix) + len(cut.typed) + len(cut.suffix) <= 205
