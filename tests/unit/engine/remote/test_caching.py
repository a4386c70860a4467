"""What requests begin with alike is the same to the byte, is marked where a provider wants it, and what it saved is counted."""

from __future__ import annotations

import datetime
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.timing import Tokens
from symbiote.engine.remote import caching, presets
from symbiote.engine.remote.anthropic import Anthropic
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.openai import Chat
from symbiote.engine.remote.presets import Price
from symbiote.engine.remote.provider import Part, Place, Provider
from symbiote.engine.remote.request import Message, Request
from symbiote.engine.remote.sse import Event

SHIPPED = presets.load()
LONG = "def f(a, b):\n    return a + b\n" * 120
TEXTS = st.text(max_size=20)
STABLE = st.lists(TEXTS, min_size=1, max_size=4)
LATER = st.lists(TEXTS.map(lambda text: Message("user", text)), max_size=3)


def provider(kind: type[Provider], **more: Any) -> Provider:
    return kind(Place("P", "https://p.example", "m", **more), Key("k", "https://p.example"))


def body(kind: type[Provider], request: Request) -> dict[str, Any]:
    return provider(kind)._body(request)


def conversation(beginning: list[str], later: list[Message], systems: int) -> Request:
    turns = [
        Message("system" if number < systems else "user", text + LONG * (number == 0), stable=True)
        for number, text in enumerate(beginning)
    ]
    return Request(messages=(*turns, *later))


@given(STABLE, LATER, LATER, st.integers(0, 4))
def test_the_stable_part_is_the_same_to_the_byte(
    beginning: list[str], one: list[Message], other: list[Message], systems: int
) -> None:
    asks = [conversation(beginning, later, systems) for later in (one, other)]
    sent = [json.dumps(body(Chat, ask)["messages"]) for ask in asks]
    kept = json.dumps(body(Chat, conversation(beginning, [], systems))["messages"])[:-1]
    assert all(text.startswith(kept) for text in sent)
    assert caching.name(asks[0]) == caching.name(asks[1]) != ""
    marked = [up_to_the_mark(body(Anthropic, ask)) for ask in asks]
    assert marked[0] == marked[1]
    for text in beginning:
        assert json.dumps(text)[1:-1] in marked[0]


def up_to_the_mark(sent: dict[str, Any]) -> str:
    """What Anthropic reads up to the end of what it keeps: the system, then the turns."""
    system = sent.get("system", [])
    blocks = list(system if isinstance(system, list) else [{"text": system}])
    for turn in sent["messages"]:
        content = turn["content"]
        blocks += content if isinstance(content, list) else [{"text": content}]
    marks = [number for number, block in enumerate(blocks) if "cache_control" in block]
    assert len(marks) == 1
    return json.dumps(blocks[: marks[0] + 1])


def test_the_mark_is_at_the_end_of_the_stable_part() -> None:
    system = (Message("system", LONG, stable=True), Message("system", "Today."))
    ask = Request(messages=(*system, Message("user", "Do.", stable=True)))
    mark = {"cache_control": {"type": "ephemeral"}}
    assert body(Anthropic, ask)["system"] == [
        {"type": "text", "text": LONG, **mark},
        {"type": "text", "text": "Today."},
    ]
    assert body(Anthropic, ask)["messages"] == [{"role": "user", "content": "Do."}]
    turns = (system[0], Message("user", "Code.", stable=True), Message("user", "Do."))
    sent = body(Anthropic, Request(messages=turns))
    assert sent["system"] == LONG
    assert [turn["content"] for turn in sent["messages"]] == [
        [{"type": "text", "text": "Code.", **mark}],
        "Do.",
    ]


@pytest.mark.parametrize(
    "turns",
    [
        (Message("system", "Short.", stable=True), Message("user", "Do.")),
        (Message("system", "Now.", stable=False), Message("user", LONG, stable=True)),
        (Message("system", LONG), Message("user", LONG)),
    ],
)
def test_what_is_not_worth_it_is_sent_as_ever(turns: tuple[Message, ...]) -> None:
    ask = Request(messages=turns)
    assert body(Anthropic, ask)["system"] == turns[0].text
    assert body(Anthropic, ask)["messages"] == [{"role": "user", "content": turns[1].text}]
    assert caching.name(ask) == ""


def test_how_long_is_worth_it() -> None:
    for text, worth in (("x" * 3276, 0), ("x" * 3277, 1), ("é" * 1639, 1)):
        assert caching.worth_keeping((Message("user", text, stable=True),)) == worth


def test_what_is_stable_stays_so() -> None:
    ask = Request(messages=(Message("user", "half \ud800", stable=True),))
    assert ask.messages == (Message("user", "half ?", stable=True),)
    assert replace(ask, limit=3).messages == ask.messages
    assert [turn.stable for turn in Request("a", "b").conversation()] == [True, False]


@pytest.mark.asyncio
@pytest.mark.parametrize("named", [True, False])
async def test_requests_that_begin_alike_have_a_name(
    monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    sent: list[dict[str, Any]] = []

    async def chunks(*args: Any) -> AsyncGenerator[bytes, None]:
        sent.append(args[-1])
        yield b"data: [DONE]\n\n"

    monkeypatch.setattr("symbiote.engine.remote.http.chunks", chunks)
    engine = provider(Chat, cache_key=named)
    for text in (LONG, LONG, LONG + "x", ""):
        ask = Request(messages=(Message("user", text, stable=True), Message("user", "Do.")))
        async for _ in engine._chunks(ask):
            pass
    await engine.close()
    names = [one.get("prompt_cache_key") for one in sent]
    if not named:
        assert names == [None] * 4
        return
    assert names[0] == names[1] != names[2]
    assert names[3] is None
    assert len(names[0]) == 32


def test_who_takes_a_name_for_it() -> None:
    assert {name for name, one in SHIPPED.items() if one.cache_key} == {
        *("openai", "mistral", "codestral")
    }


def usage(told: dict[str, Any]) -> Part:
    return provider(Chat)._read(Event("", json.dumps({"choices": [], "usage": told})))


@pytest.mark.parametrize(
    ("more", "cached"),
    [
        ({}, None),
        ({"prompt_tokens_details": None}, None),
        ({"prompt_tokens_details": {"cached_tokens": 64}}, 64),
        ({"prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}, 64),
        ({"prompt_tokens_details": {"cached_tokens": 0}, "prompt_cache_hit_tokens": 64}, 0),
        ({"prompt_tokens_details": {"cached_tokens": "64"}}, None),
        ({"prompt_cache_hit_tokens": -3}, None),
    ],
)
def test_what_the_openai_kind_says_was_cached(more: dict[str, Any], cached: int | None) -> None:
    part = usage({"prompt_tokens": 100, "completion_tokens": 5, **more})
    assert (part.prompt, part.cached, part.generated) == (100, cached, 5)


def test_what_anthropic_says_was_cached_and_kept() -> None:
    told = {
        "input_tokens": 10,
        "output_tokens": 1,
        "cache_read_input_tokens": 2000,
        "cache_creation_input_tokens": 300,
    }
    start = {"type": "message_start", "message": {"usage": told}}
    part = provider(Anthropic)._read(Event("message_start", json.dumps(start)))
    assert (part.prompt, part.cached, part.written, part.generated) == (2310, 2000, 300, 1)


def test_what_a_cache_saved() -> None:
    price = Price(3.0, 15.0, datetime.date(2026, 4, 12), 0.3, 3.75)
    assert price.saved(Tokens(prompt=2_000_000, cached=1_000_000)) == pytest.approx(2.7)
    assert price.saved(Tokens(prompt=2_000_000, written=1_000_000)) == pytest.approx(-0.75)
    unknown = Price(3.0, 15.0, datetime.date(2026, 4, 12))
    assert unknown.saved(Tokens(prompt=10, cached=10, written=0)) == 0
    for name in SHIPPED["anthropic"].prices.values():
        assert name.written == pytest.approx(1.25 * name.input)
        assert name.cached == pytest.approx(0.1 * name.input)
