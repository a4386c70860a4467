"""When an answer still fits, what stays on the screen, and what the typist takes. Texts have their cursor as ▮."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.bench.screen import Accept, Fit, Screen, View, accept, fit
from symbiote.bench.trace import Stroke


def at(text: str, file: int = 0) -> View:
    before, after = text.split("▮")
    return View(file, before + after, len(before))


@pytest.mark.parametrize(
    ("asked", "now", "text", "found", "left"),
    [
        ("x = ▮\ny", "x = ▮\ny", "foo", Fit.FRESH, "foo"),
        ("x = ▮\ny", "x = f▮\ny", "foo", Fit.TYPED_THROUGH, "oo"),
        ("x = ▮\ny", "x = foo▮\ny", "foo", Fit.SPENT, ""),
        ("x = ▮\ny", "x = b▮\ny", "foo", Fit.STALE, ""),
        ("x = ▮\ny", "x =▮\ny", "foo", Fit.STALE, ""),
        ("x = ▮\ny", "x = f▮\nyz", "foo", Fit.STALE, ""),
        ("x = ▮\ny", "z = f▮\ny", "foo", Fit.STALE, ""),
        ("x = ▮\ny", "x = ▮\ny", "", Fit.FRESH, ""),
        ("x = ▮\ny", "x = f▮\ny", "", Fit.STALE, ""),
        ("x = ▮\ny", "x = \n▮y", "foo", Fit.STALE, ""),
    ],
)
def test_how_an_answer_fits(asked: str, now: str, text: str, found: Fit, left: str) -> None:
    assert fit(at(asked), at(now), text) == (found, left)


def test_an_answer_for_another_file_is_stale() -> None:
    assert fit(at("▮", 0), at("f▮", 1), "foo")[0] is Fit.STALE


@given(st.text(max_size=9), st.text(min_size=1, max_size=9), st.text(max_size=9), st.integers(0, 9))
def test_whatever_was_typed_of_an_answer_what_is_left_completes_it(
    head: str, text: str, tail: str, typed: int
) -> None:
    typed = min(typed, len(text))
    now = View(0, head + text[:typed] + tail, len(head) + typed)
    found, left = fit(View(0, head + tail, len(head)), now, text)
    assert text[:typed] + left == text or found is Fit.SPENT
    assert found is not Fit.STALE


def test_ghost_text_stays_while_it_is_typed_through_and_no_longer() -> None:
    screen = Screen()
    assert screen.answered(at("x▮"), at("x▮"), "yz", "1", 5.0) is Fit.FRESH
    screen.changed(at("xy▮"))
    assert screen.left(at("xy▮")) == "z"
    screen.answered(at("xy▮"), at("xy▮"), "z", "2", 6.0)
    assert screen.ghost is not None
    assert (screen.ghost.since, screen.ghost.id) == (5.0, "2"), "it never went away"
    screen.changed(at("xq▮"))
    assert screen.ghost is None


def test_a_stale_answer_changes_nothing_and_a_silence_clears() -> None:
    screen = Screen()
    screen.answered(at("x▮"), at("x▮"), "yz", "1", 5.0)
    assert screen.answered(at("a▮"), at("x▮"), "b", "0", 6.0) is Fit.STALE
    assert screen.left(at("x▮")) == "yz"
    screen.answered(at("x▮"), at("x▮"), "", "2", 7.0)
    assert screen.ghost is None


def keys(view: View, *puts: str | int) -> list[Stroke]:
    """Strokes from the cursor on: a text is typed in one key, a number goes back so many characters."""
    made, cursor = [], view.cursor
    for put in puts:
        if isinstance(put, int):
            made.append(Stroke(0.1, view.file, cursor - put, put, ""))
            cursor -= put
        else:
            made.append(Stroke(0.1, view.file, cursor, 0, put))
            cursor += len(put)
    return made


def test_a_right_suggestion_is_taken_whole() -> None:
    view = at("x = ▮\n")
    typed = keys(view, "f", "o", "o", "(", ")")
    assert accept("foo()", view, typed, 0) == Accept("foo()", 5, True)
    assert accept("foo(", view, typed, 0) == Accept("foo(", 4, True)


def test_of_a_wrong_one_the_right_first_word_is_taken() -> None:
    view = at("return▮")
    typed = keys(view, " ", "s", "e", "l", "f", ".", "a")
    assert accept(" self.b", view, typed, 0) == Accept(" self", 5, False)


def test_short_or_wrong_text_is_not_taken() -> None:
    view = at("x▮")
    assert accept("ab", view, keys(view, "a", "b"), 0) is None
    assert accept("abcd", view, keys(view, "a", "b", "x", "y"), 0) is None
    assert accept("", view, keys(view, "a"), 0) is None


def test_typos_on_the_way_are_skipped_with_the_keys_that_mend_them() -> None:
    view = at("▮")
    typed = keys(view, "a", "q", "q", 1, 1, "b", "c", "d")
    assert accept("abc", view, typed, 0) == Accept("abc", 7, True)


def test_what_mends_an_older_typo_or_goes_elsewhere_ends_the_look_ahead() -> None:
    view = at("wq▮")
    assert accept("abc", view, keys(view, 1, "a", "b", "c"), 0) is None
    away = [Stroke(0.1, 0, 0, 0, "a"), *keys(view, "b", "c")]
    assert accept("abc", view, away, 0) is None
    other = [Stroke(0.1, 1, 2, 0, "abc")]
    assert accept("abc", view, other, 0) is None


def test_lines_and_columns_count_from_zero() -> None:
    assert (at("a\nbc▮").line, at("a\nbc▮").column) == (1, 2)
    assert (at("▮").line, at("▮").column) == (0, 0)
