"""Settings as an editor sends them: what is usable is used, what is not is said."""

from __future__ import annotations

import json

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


def test_providers_are_kept_as_they_were_written() -> None:
    raw = {"team": {"baseUrl": "https://a.example/v1", "complete": "m", "key": True}, "groq": True}
    window, machine, complaints = read({"providers": raw})
    assert (window, complaints) == (WindowSettings(), [])
    assert list(json.loads(machine.providers)) == ["team", "groq"]
    assert json.loads(machine.providers) == raw
    assert read({})[1].providers == "{}"


PLANTED = "gsk_" + "a1B2c3D4" * 6


@pytest.mark.parametrize(
    "raw",
    [
        {"groq": {"key": "anything at all"}},
        {"groq": {"apiKey": "x"}},
        {"groq": {"api_key": "x"}},
        {"team": {"extra": {"headers": {"Authorization": "Bearer x"}}}},
        {"team": {"extra": [{"note": PLANTED}]}},
        {"team": {"baseUrl": f"https://a.example/v1?token={PLANTED}"}},
        {PLANTED: True},
    ],
)
def test_a_key_among_the_providers_is_refused_and_not_quoted(raw: dict[str, object]) -> None:
    _, machine, (complaint,) = read({"providers": raw, "model": "m"})
    assert (machine.providers, machine.model) == ("{}", "m")
    assert "looks like a key" in str(complaint)
    assert PLANTED not in str(complaint)
    assert "anything at all" not in str(complaint)


@pytest.mark.parametrize("raw", [[], "groq", True, {"groq": "x" * 30_000}, {"groq": {1, 2}}])
def test_providers_that_are_no_object_are_refused(raw: object) -> None:
    _, machine, (complaint,) = read({"providers": raw})
    assert machine.providers == "{}"
    assert "symbiote.providers" in str(complaint)
