"""The region is whole at every moment, and at the end it is exactly the new text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import Document, opened
from symbiote.features.rewrite.align import Aligned, hunks, splice
from symbiote.features.rewrite.region import Lines
from symbiote.features.rewrite.track import Track

LINES = st.lists(
    st.sampled_from(
        ["", "a", "    a = 1", "    a = 2", "    return a", "b()", ")", "def f(a):", "def f(a, b):"]
    ),
    max_size=12,
)


@given(LINES, LINES)
def test_all_edits_together_give_the_final_text(old: list[str], new: list[str]) -> None:
    """Letter by letter, each state made from the one before by one edit."""
    aligned, shown = Aligned(tuple(old)), list(old)

    def tell(begun: list[str]) -> None:
        nonlocal shown
        state = aligned.region(begun)
        edit = splice(shown, state)
        if edit is not None:
            shown = edit.apply(shown)
        assert shown == state
        rest = old[aligned.used :]
        assert state[len(state) - len(rest) :] == rest
        assert state[: len(aligned.new)] == aligned.new

    for line in new:
        for end in range(1, len(line)):
            tell([line[:end]])
        aligned.line(line)
        tell([])
    aligned.ends()
    tell([])
    assert shown == new


@given(LINES, LINES)
def test_hunks_undone_give_the_old_text(old: list[str], new: list[str]) -> None:
    lines = list(new)
    for hunk in reversed(hunks(old, new)):
        assert list(hunk.old) == old[hunk.old_start : hunk.old_start + len(hunk.old)]
        lines[hunk.new_start : hunk.new_start + hunk.new_lines] = hunk.old
    assert lines == old


@given(LINES, LINES)
def test_an_edit_is_as_small_as_one_can_be(before: list[str], after: list[str]) -> None:
    edit = splice(before, after)
    assert (edit is None) == (before == after)
    if edit is not None:
        assert edit.apply(before) == after
        gone, come = before[edit.at : edit.at + edit.remove], list(edit.insert)
        assert not (gone and come) or (gone[0] != come[0] and gone[-1] != come[-1])


def test_what_stays_is_never_touched() -> None:
    aligned = Aligned(("def f(a):", "    b = a", "    return b"))
    aligned.line("def f(a: int) -> int:")
    assert aligned.region() == ["def f(a: int) -> int:", "    b = a", "    return b"]
    assert aligned.region(["    b ="]) == aligned.region()
    aligned.line("    b = a")
    aligned.line('    log("a")')
    assert aligned.region()[-2:] == ['    log("a")', "    return b"]


# --- where it is

ABOVE, BELOW = ["x = 1", "", "y = 2"], ["", "z = 3"]


def document(lines: list[str], version: int = 1) -> Document:
    return opened("u", "python", version, "\n".join(lines))


@given(LINES.filter(bool), LINES.filter(bool), st.data())
def test_edits_of_ours_and_edits_around_are_followed(
    old: list[str], new: list[str], data: st.DataObject
) -> None:
    above, below = list(ABOVE), list(BELOW)
    track = Track(document([*above, *old, *below]), Lines(len(above), len(above) + len(old)))
    aligned = Aligned(tuple(old))
    shown, waiting = list(old), []
    for number, line in enumerate([*new, None]):
        if line is None:
            aligned.ends()
        else:
            aligned.line(line)
        if (edit := splice([*waiting[-1]] if waiting else shown, aligned.region())) is not None:
            track.sends(edit)
            waiting.append(aligned.region())
        what = data.draw(st.sampled_from(["nothing", "apply", "above", "below"]))
        if what == "apply" and waiting:
            taken = data.draw(st.integers(1, len(waiting)))
            shown, waiting = waiting[taken - 1], waiting[taken:]
        elif what == "above":
            above = [f"# {number}", *above]
        elif what == "below":
            below = [*below, f"# {number}"]
        assert track.follows(document([*above, *shown, *below], number + 2))
        found = track.lines
        assert [*above, *shown, *below][found.start : found.end] == shown


def test_an_edit_inside_is_somebody_elses() -> None:
    track = Track(document([*ABOVE, "a", "b", *BELOW]), Lines(3, 5))
    edit = splice(["a", "b"], ["A", "b"])
    assert edit is not None
    track.sends(edit)
    assert track.follows(document([*ABOVE, "A", "b", *BELOW], 2))
    assert not track.follows(document([*ABOVE, "A", "bb", *BELOW], 3))
    assert not track.follows(document([*ABOVE], 4))
