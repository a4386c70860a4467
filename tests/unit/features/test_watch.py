"""What becomes of a suggestion: every one is settled once, and by what really happened to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import Document, opened
from symbiote.features.minutes import Minutes
from symbiote.features.rejected import Place
from symbiote.features.watch import Fate, Watch

URI = "file:///w/a.py"
PLACE = Place(URI, 1, "    total = ", "")
TEXT = "sum(items)"


def document(line: str, *more: str) -> Document:
    return opened(URI, "python", 1, "\n".join(["def f():", f"    total = {line}", *more]))


def watched(text: str = TEXT) -> Watch:
    watch = Watch()
    assert watch.shows("a", PLACE, text, "python", 10.0) is None
    return watch


@pytest.mark.parametrize(
    ("steps", "fate", "value"),
    [
        (("sum(", "sum(items"), Fate.ACCEPTED_PART, 9.0),
        (("s", "su", "sum", "sum("), Fate.TYPED_THROUGH, 4.0),
        (("s", "sum("), Fate.ACCEPTED_PART, 3.0),
        (("s", "su", ""), Fate.TYPED_THROUGH, 2.0),
        (("",), Fate.SUPERSEDED, 2.0),
        ((), Fate.SUPERSEDED, 2.0),
    ],
)
def test_what_was_done_with_it_is_told_when_the_next_is_shown(
    steps: tuple[str, ...], fate: Fate, value: float
) -> None:
    watch = watched()
    for step in steps:
        assert watch.edited(document(step), 11.0) is None
    settled = watch.shows("b", replace(PLACE, line=0), "x", "python", 12.0)
    assert settled is not None
    assert (settled.id, settled.fate, settled.value) == ("a", fate, value)


@pytest.mark.parametrize(("line", "fate"), [("max", Fate.IGNORED), ("sumx", Fate.IGNORED)])
def test_something_else_is_typed(line: str, fate: Fate) -> None:
    watch = watched()
    settled = watch.edited(document(line), 10.5)
    assert settled is not None and (settled.fate, settled.value) == (fate, 0.5)
    assert watch.edited(document("y"), 11.0) is None


def test_elsewhere_says_nothing_and_an_accepted_one_is_not_told_again() -> None:
    watch = watched()
    assert watch.edited(replace(document("x"), uri="file:///w/b.py"), 11.0) is None
    assert watch.edited(document(TEXT), 11.0) is None
    assert watch.accepted("a")
    assert not watch.accepted("a")
    assert watch.shows("b", PLACE, "x", "python", 12.0) is None
    watch.closed(URI)
    assert watch.shows("c", PLACE, "x", "python", 12.0) is None
    watch.dismissed()
    assert watch.at is None


def test_several_lines_that_came_at_once_are_a_part_until_the_editor_says_more() -> None:
    watch = watched("sum(\n        items,\n    )")
    now = document("sum(", "        items,", "    )", "")
    assert watch.edited(now, 11.0) is None
    settled = watch.shows("b", PLACE, "x", "python", 12.0)
    assert settled is not None and settled.fate is Fate.ACCEPTED_PART


@given(
    st.lists(st.sampled_from(["type", "word", "other", "show", "dismiss", "accept"]), max_size=30)
)
def test_each_is_settled_once(steps: list[str]) -> None:
    watch, shown, told, here = Watch(), 0, [], ""
    for step in steps:
        settled = None
        if step == "show":
            shown += 1
            here = ""
            settled = watch.shows(str(shown), PLACE, TEXT, "python", 1.0)
        elif step in ("type", "word"):
            here = TEXT[: len(here) + (1 if step == "type" else 4)]
            settled = watch.edited(document(here), 1.0)
        elif step == "other":
            settled = watch.edited(document("zzz"), 1.0)
        elif step == "dismiss":
            watch.dismissed()
        elif watch.accepted(str(shown)):
            told.append(str(shown))
        if settled is not None:
            told.append(settled.id)
    assert len(told) == len(set(told)) <= shown


class Clock:
    now = 600.0

    def __call__(self) -> float:
        return self.now


def test_minutes_tell_what_was_typed_and_what_was_not() -> None:
    clock = Clock()
    minutes = Minutes(clock)
    start = document("")
    minutes.opened(start)
    assert minutes.edited(document("abc")) == []
    assert minutes.edited(document("abc" + TEXT)) == []
    minutes.accepted("python", len(TEXT))
    assert minutes.edited(document("abc" + TEXT, "# streamed", ""), by_hand=False) == []
    clock.now = 665.0
    (told,) = minutes.edited(document("a"))
    assert (told.at, told.language, told.typed, told.helped, told.lines) == (
        600.0,
        "python",
        3,
        22,
        2,
    )
    (last,) = minutes.flush()
    assert (last.at, last.typed, last.lines) == (660.0, 0, -2)
    assert minutes.flush() == []


def test_what_is_opened_was_written_before() -> None:
    minutes = Minutes(Clock())
    assert minutes.edited(document("a long line")) == []
    assert minutes.flush() == []
