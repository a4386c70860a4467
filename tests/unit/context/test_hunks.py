"""What was changed since a document was opened, as places."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.context.hunks import HEIGHT, MOST, Changed, edits, hunks
from symbiote.core.text import opened, split

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=40).map("\n".join)


@given(TEXTS, TEXTS)
def test_the_places_make_one_text_of_the_other(old: str, new: str) -> None:
    lines = [line.rstrip("\n") for line in split(old)]
    for start, before, after in hunks(split(old), split(new)):
        assert tuple(lines[start : start + len(before)]) == before
        lines[start : start + len(before)] = after
    assert "\n".join(lines) == new


def test_lines_that_come_often_do_not_keep_it_busy_for_minutes() -> None:
    """Each of 1,990 brackets was compared with each of 990, for each place anew: minutes, in one thread of few."""
    old = ["first\n", *["}\n"] * 1_990, "last\n"]
    assert hunks(old, ["begin\n", *["}\n", "x\n"] * 990, "end\n"]) == []
    blank = ["\n"] * 300
    apart = [*blank, *(f"{n}\n" for n in range(300)), *blank]
    changed = ["new\n", *apart, "newer\n"]
    assert (601, (), ("newer",)) in [(n - 300, a, b) for n, a, b in hunks(apart, changed)]


def test_places_that_are_near_are_one() -> None:
    old = "".join(f"{n}\n" for n in range(30))
    new = old.replace("3\n4\n5\n", "3x\n4\n5x\n", 1).replace("20\n", "20x\n")
    assert hunks(split(old), split(new)) == [
        (3, ("3", "4", "5"), ("3x", "4", "5x")),
        (20, ("20",), ("20x",)),
    ]


def test_what_is_too_much_is_not_told() -> None:
    pasted = "".join(f"{n}\n" for n in range(HEIGHT + 1))
    assert hunks(split("a\n"), split("a\n" + pasted)) == []
    many = "".join(f"{n}\n" for n in range(MOST + 2))
    assert hunks(split(many), split(many.replace("\n", "x\n"))) == []


def test_a_place_keeps_its_time_while_it_stays_as_it_is() -> None:
    old = opened("file:///a.py", "python", 1, "a\n" + "-\n" * 9 + "b\n")
    first = opened("file:///a.py", "python", 2, "a1\n" + "-\n" * 9 + "b\n")
    known = edits([Changed(old, first, 5.0)])
    second = opened("file:///a.py", "python", 3, "a1\n" + "-\n" * 9 + "b1\n")
    found = edits([Changed(old, second, 9.0)], known)
    assert [(edit.after, edit.at) for edit in found] == [(("a1",), 5.0), (("b1",), 9.0)]
