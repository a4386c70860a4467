"""Where a window's user has been."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.text import MAX_CHARACTERS, Document, opened
from symbiote.features.trail import DOCUMENTS, Trail

A, B = "file:///a.py", "file:///b.py"


def document(uri: str, version: int, text: str = "") -> Document:
    return opened(uri, "python", version, text)


def test_visits_and_edits() -> None:
    trail = Trail()
    first, second = document(A, 1, "a"), document(B, 1, "b")
    trail.edited(first, 1.0)
    trail.edited(second, 2.0)
    assert trail.uris == (A, B)
    assert trail.changes({A, B}) == ()
    trail.visited(A, 3.0)
    assert trail.uris == (B, A)
    trail.edited(now := document(B, 2, "bb"), 4.0)
    assert trail.uris == (A, B)
    (change,) = trail.changes({A, B})
    assert (change.opened, change.now, change.at) == (second, now, 4.0)
    assert trail.changes({A}) == ()
    trail.forget(B)
    assert trail.uris == (A,)
    trail.visited(B, 5.0)
    assert B not in trail


def test_a_document_that_was_too_large_begins_when_it_can_be_followed() -> None:
    trail = Trail()
    trail.edited(document(A, 1, "x" * (MAX_CHARACTERS + 1)), 1.0)
    trail.edited(document(A, 2, "x"), 2.0)
    assert trail.changes({A}) == ()
    trail.edited(document(A, 3, "x" * (MAX_CHARACTERS + 1)), 3.0)
    assert trail.changes({A}) == ()


@given(st.lists(st.integers(0, 200)))
def test_no_more_than_so_many_are_followed(visits: list[int]) -> None:
    trail = Trail()
    for at, number in enumerate(visits):
        trail.edited(document(f"file:///{number}.py", 1), float(at))
    latest = list(dict.fromkeys(reversed(visits)))[:DOCUMENTS]
    assert list(trail.uris) == [f"file:///{number}.py" for number in reversed(latest)]
