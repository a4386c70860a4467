"""Stops, keys and requests."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.errors import SettingError
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.request import Message, Request
from symbiote.engine.remote.stops import Cut

FEW = st.text("ab\n", max_size=8)


@given(st.lists(FEW, max_size=8), st.lists(st.text("ab\n", min_size=1, max_size=4), max_size=3))
def test_a_cut_shows_what_stands_before_the_first_stop(parts: list[str], stops: list[str]) -> None:
    cut, shown = Cut(tuple(stops)), ""
    for part in parts:
        shown += cut.feed(part)
        assert not any(stop in shown for stop in stops)
    shown += cut.rest()
    whole = "".join(parts)
    places = [whole.find(stop) for stop in stops if stop in whole]
    if places:
        assert cut.found
        # the stop that is whole first ends it, even where a longer one began before
        assert whole.startswith(shown)
        assert any(whole.startswith(stop, len(shown)) for stop in stops)
    else:
        assert shown == whole
        assert not cut.found


def test_a_key_is_shown_to_nobody() -> None:
    key = Key(" sk-canary \n", "https://api.example.com/v1")
    assert "canary" not in f"{key} {key!r} {[key]} {key:}"
    with pytest.raises(TypeError):
        pickle.dumps(key)
    assert key.fingerprint == Key("sk-canary", "https://other.example.com").fingerprint
    assert key.fingerprint != Key("sk-canary2", "https://api.example.com").fingerprint


def test_a_key_goes_to_its_origin_only() -> None:
    key = Key("sk-canary", "https://api.example.com/v1")
    assert key.reveal("https://API.example.com:443/v1/chat/completions") == "sk-canary"
    for other in (
        "http://api.example.com/v1",
        "https://api.example.com:444/v1",
        "https://example.com/v1",
        "https://api.example.com.evil.net/v1",
        "https://api.example.com@evil.net/v1",
    ):
        with pytest.raises(SettingError):
            key.reveal(other)


@pytest.mark.parametrize("value", ["", "  ", "a b", "a\nb", "a\r\nX: y", "ä", "x" * 5000])
def test_what_cannot_be_a_key_is_refused_without_being_quoted(value: str) -> None:
    with pytest.raises(SettingError) as caught:
        Key(value, "https://api.example.com")
    assert not value.strip() or value not in str(caught.value)


def test_a_completion_is_asked_of_a_chat_model_with_both_sides() -> None:
    system, user = Request("def f(", "):\n").conversation()
    assert system.role == "system"
    assert "nothing else" in system.text
    assert user.text == "<before>def f(</before>\n<after>):\n</after>"


@given(st.text(), st.text())
def test_a_request_can_be_sent(prefix: str, text: str) -> None:
    raw = "\ud800" + prefix
    request = Request(raw, raw, (Message("user", raw + text),), stop=(raw, ""))
    for held in (request.prefix, request.suffix, request.messages[0].text, *request.stop):
        held.encode()
    assert len(request.stop) == 1
