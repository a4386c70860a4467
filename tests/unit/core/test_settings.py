"""Settings as an editor sends them: what is usable is used, what is not is said."""

from __future__ import annotations

import pytest

from symbiote.core.settings import Eagerness, InText, WindowSettings, read


def test_choices_and_switches_are_read() -> None:
    raw = {"eagerness": "onKey", "stringsAndComments": "neither", "learnWhenToShow": False}
    window, _, complaints = read(raw)
    assert complaints == []
    assert window == WindowSettings(
        eagerness=Eagerness.ON_KEY, strings_and_comments=InText.NEITHER, learn_when_to_show=False
    )


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("eagerness", "loud", "one of quiet, normal, eager, onKey"),
        ("eagerness", ["quiet"], "one of"),
        ("stringsAndComments", True, "one of both, strings, comments, neither"),
        ("learnWhenToShow", "yes", "true or false"),
    ],
)
def test_what_is_not_usable_keeps_its_default(key: str, value: object, says: str) -> None:
    window, _, (complaint,) = read({key: value})
    assert window == WindowSettings()
    assert f"symbiote.{key}" in str(complaint)
    assert says in str(complaint)
