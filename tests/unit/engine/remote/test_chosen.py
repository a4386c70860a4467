"""The setting `symbiote.providers`: what it turns on, and what is said of what cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.remote import presets
from symbiote.engine.remote.chosen import Limits, read_providers
from symbiote.engine.remote.presets import Use

OWN: dict[str, Any] = {"baseUrl": "https://llm.example.org/v1", "complete": "a", "rewrite": "b"}


def test_nothing_is_on_by_itself() -> None:
    chosen = read_providers({})
    assert (chosen.presets, chosen.limits, chosen.complaints) == ({}, Limits(), [])


def test_presets_servers_of_ones_own_and_limits() -> None:
    chosen = read_providers(
        {
            "groq": True,
            "mistral": False,
            "cerebras": {"rewrite": "other"},
            "mistral2": None,
            "ollama": {"baseUrl": "http://127.0.0.1:9/v1/", "complete": "c", "way": "chat"},
            "team": OWN | {"way": "fim", "title": "Our server"},
            "limits": {"usdPerDay": 1, "usdPerMonth": 10.5, "requestsPerMinute": 6},
        }
    )
    assert chosen.complaints == []
    assert list(chosen.presets) == ["groq", "cerebras", "ollama", "team"]
    assert chosen.own == {"ollama", "team"}
    shipped = presets.load()
    assert chosen.presets["groq"] == shipped["groq"]
    assert chosen.presets["cerebras"].uses == {
        "complete": shipped["cerebras"].uses["complete"],
        "rewrite": Use("other"),
    }
    ollama, team = chosen.presets["ollama"], chosen.presets["team"]
    assert (ollama.base_url, ollama.uses["complete"]) == ("http://127.0.0.1:9/v1", Use("c"))
    assert ollama.key == ""
    assert team.uses == {"complete": Use("a", "fim"), "rewrite": Use("b")}
    assert (team.title, team.kind, team.key) == ("Our server", "openai", "SYMBIOTE_KEY_TEAM")
    assert chosen.limits == Limits(1.0, 10.5, 6)


@pytest.mark.parametrize(
    ("entry", "variable"),
    [
        (OWN, "SYMBIOTE_KEY_MY_TEAM"),
        (OWN | {"key": False}, ""),
        (OWN | {"baseUrl": "http://localhost:8000"}, ""),
        (OWN | {"baseUrl": "http://localhost:8000", "key": True}, "SYMBIOTE_KEY_MY_TEAM"),
        (OWN | {"baseUrl": "https://10.0.0.7/v1"}, "SYMBIOTE_KEY_MY_TEAM"),
        ({"baseUrl": "https://gpu.internal", "kind": "anthropic", "rewrite": "m"}, "SYMBIOTE_KEY_MY_TEAM"),
    ],
)  # fmt: skip
def test_where_the_key_of_ones_own_server_comes_from(entry: dict[str, Any], variable: str) -> None:
    chosen = read_providers({"my-team": entry})
    assert chosen.complaints == []
    assert chosen.presets["my-team"].key == variable


@pytest.mark.parametrize(
    ("name", "entry", "said"),
    [
        ("grok", True, "no provider that is known"),
        ("grok", {}, "no baseUrl"),
        ("groq", 1, "true, false or an object"),
        ("groq", "gsk_secret", "true, false or an object"),
        ("groq", {"baseUrl": "https://elsewhere.example.org"}, "key is bound"),
        ("groq", {"models": "x"}, "'models', which means nothing"),
        ("groq", {"complete": 3}, "a model for 'complete'"),
        ("groq", {"complete": "m", "way": "fim"}, "way 'fim'"),
        ("groq", {"way": "fim"}, "beside 'way'"),
        ("Team", OWN, "small letters"),
        ("local", OWN, "small letters"),
        ("fastest", OWN, "small letters"),
        ("x" * 99, OWN, "small letters"),
        ("team", OWN | {"kind": "groq"}, "kind that is not one of"),
        ("team", {"baseUrl": "https://x.example.org"}, "names no model"),
        ("team", OWN | {"key": "sk-very-secret"}, "never stands in a setting"),
        ("team", OWN | {"url": "x"}, "'url', which means nothing"),
        ("team", OWN | {"baseUrl": "llm.example.org"}, "baseUrl that cannot be used"),
        ("team", OWN | {"baseUrl": "ftp://llm.example.org"}, "baseUrl that cannot be used"),
        ("team", OWN | {"baseUrl": "http://llm.example.org"}, "not encrypted"),
        ("team", OWN | {"baseUrl": "http://10.0.0.7"}, "not encrypted"),
        ("team", OWN | {"baseUrl": "https://u:pw@x.example.org"}, "user or a password"),
        ("team", OWN | {"baseUrl": None}, "text for 'baseUrl'"),
        ("team", OWN | {"way": "smoke"}, "way 'smoke'"),
        ("team", OWN | {"extra": 1}, "'extra'"),
        ("team", OWN | {"price": 3}, "input and output for 'price'"),
        ("team", OWN | {"price": {"input": 3}}, "USD per million"),
        ("team", OWN | {"price": {"input": 3, "output": -1}}, "not negative for 'output'"),
        ("team", OWN | {"price": {"in": 3}}, "'in', which means nothing"),
        ("limits", 3, "must be an object"),
        ("limits", {"usdPerDay": -1}, "usdPerDay"),
        ("limits", {"usdPerDay": "1"}, "usdPerDay"),
        ("limits", {"requestsPerMinute": True}, "requestsPerMinute"),
        ("limits", {"usd": 1}, "'usd', which means nothing"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_the_rest_is_used(
    name: str, entry: object, said: str
) -> None:
    chosen = read_providers({name: entry, "openai": True})
    assert list(chosen.presets) == ["openai"]
    (complaint,) = chosen.complaints
    assert said in complaint
    assert complaint.startswith(f"symbiote.providers: {name[:40]!r}")
    assert complaint.endswith(".")
    assert "\n" not in complaint
    assert "secret" not in complaint
    assert ":pw" not in complaint


def test_the_price_of_a_server_of_ones_own() -> None:
    chosen = read_providers({"team": OWN | {"price": {"input": 1, "output": 2.5}}})
    prices = chosen.presets["team"].prices
    assert set(prices) == {"a", "b"}
    assert (prices["a"].input, prices["a"].output, prices["a"].cached) == (1.0, 2.5, None)


def test_not_even_an_object() -> None:
    for raw in (None, 3, "groq", ["groq"]):
        chosen = read_providers(raw)  # type: ignore[arg-type]
        assert chosen.presets == {}
        assert "not an object" in chosen.complaints[0]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "baseUrl", "complete", "way", "key", "extra", "usdPerDay"])
            | st.text(max_size=6),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
NAMES = st.sampled_from(["groq", "ollama", "team", "limits"]) | st.text(max_size=8)


@given(st.dictionaries(NAMES, JSON, max_size=4))
def test_any_setting_is_read(raw: dict[str, Any]) -> None:
    chosen = read_providers(raw)
    assert len(chosen.presets) + len(chosen.complaints) <= len(raw)
    assert all(said.startswith("symbiote.providers: ") for said in chosen.complaints)
