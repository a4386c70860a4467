"""Nothing that was planted leaves, whatever text it stands in and whoever is asked."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable

import pytest

from e2e.fault_server import faults
from e2e.remote.canaries import COUNT, PLACES, Canary, planted
from e2e.remote.canaries import Made as Canaries
from e2e.remote.clouds import cloud
from e2e.remote.conftest import Made, everything
from symbiote.core.pieces import Text
from symbiote.engine.port import Outside
from symbiote.engine.remote.errors import Fault
from symbiote.engine.remote.outgoing import Restoring, outgoing, redact_request
from symbiote.engine.remote.request import Message, Request
from symbiote.prompt.chat import Chat, Role
from symbiote.prompt.rewrite import Request as Rewrite
from symbiote.prompt.rewrite import Turn, chat_prompt

PLAIN = Chat(frozenset(), re.compile(""), dict.fromkeys(Role, ("{text}",)))
CODE = "def first(a):\n    return a\n\n"


def around(canary: Canary) -> Request:
    """A completion: before the cursor, behind it, or with the cursor in the middle of the secret."""
    before, behind = f"{CODE}{canary.text}", f"\n{CODE}"
    if canary.place == "suffix":
        before, behind = f"{CODE}x = ", f"\n{canary.text}\n{CODE}"
    elif canary.place == "cursor":
        whole = f"{CODE}{canary.text}\n{CODE}"
        at = whole.index(canary.parts[0]) + len(canary.parts[0]) // 2
        before, behind = whole[:at], whole[at:]
    return Request(before, behind, stop=("\n", canary.parts[0]), deadline=_soon())


def conversation(canary: Canary) -> Request:
    """A rewrite with the secret in one of its texts, and two turns before it."""

    inside = canary.place if canary.place not in ("prefix", "suffix", "cursor") else "selection"

    def told(place: str, text: str) -> str:
        return f"{text}{canary.text}\n" if inside == place else text

    earlier = Rewrite(
        instruction=told("turn", "Name it.\n"),
        language="python",
        file="a.py",
        code=told("words", "z = 1\n"),
        above=told("above", CODE),
        below=told("below", CODE),
        context=(told("context", "b.py:\ny = 2\n"),),
    )
    asked = Rewrite(
        instruction=told("instruction", "Make it shorter.\n"),
        language="python",
        file="a.py",
        code=told("selection", CODE),
        problems=(told("problem", "line 1: a problem "),),
    )
    turns = [Turn(earlier, told("answer", "```\nz = 2\n```\n"))]
    pieces = [chat_prompt(PLAIN, turns[:n], asked if n else earlier) for n in (0, 1)]
    texts = ["".join(p.text for p in one if isinstance(p, Text)) for one in pieces]
    messages = [Message("system", "You edit code."), Message("user", texts[0])]
    messages += [Message("assistant", turns[0].answer), Message("user", texts[1])]
    return Request(messages=tuple(messages), deadline=_soon())


def _soon() -> float:
    return time.monotonic() + 20


def requests(canary: Canary) -> Iterable[Request]:
    yield around(canary)
    yield conversation(canary)


def left(canary: Canary, sent: str) -> list[str]:
    """What of the secret is in the text: a part, or half of one."""
    halves = [
        half for part in canary.parts for half in (part[: len(part) // 2], part[len(part) // 2 :])
    ]
    return [one for one in (*canary.parts, *halves) if len(one) >= 5 and one in sent]


def test_there_are_enough_in_every_place() -> None:
    canaries = planted()
    assert len(canaries) == COUNT
    assert {canary.place for canary in canaries} == set(PLACES)
    texts = " ".join(part for canary in canaries for part in canary.parts)
    assert not left(canaries[0], "nothing")
    for canary in canaries:
        for request in requests(canary):
            assert left(canary, "".join(turn.text for turn in request.conversation()))
        assert canary.parts[0] in texts


@pytest.mark.asyncio
async def test_none_of_300_leaves(made: Made) -> None:
    checked = 0
    async with faults() as server, made(server.url("fine")) as provider:
        for canary in planted():
            for request in requests(canary):
                server.asked.clear()
                clean, count = redact_request(request)
                try:
                    await everything(provider.stream(clean))
                except Fault:
                    assert request.messages, "an endpoint that takes no conversation"
                    assert not server.asked
                    continue
                (asked,) = server.asked
                sent = json.dumps(asked.body, ensure_ascii=False) + str(asked.headers)
                assert not left(canary, sent.replace("\\n", "\n")), (canary, sent)
                assert count
                checked += 1
    assert checked in (COUNT, 2 * COUNT)


@pytest.mark.asyncio
async def test_none_leaves_through_the_cloud() -> None:
    async with cloud({"only": "fine"}, redact=outgoing) as (made, server):
        for canary in planted()[::12]:
            for task, request in zip(("complete", "rewrite"), requests(canary), strict=True):
                server.asked.clear()
                done = await made.run(Outside(("only",), request), task, lambda _: None)
                assert done.by is not None
                assert done.by.redacted
                for asked in server.asked:
                    sent = json.dumps(asked.body, ensure_ascii=False) + str(asked.headers)
                    assert not left(canary, sent.replace("\\n", "\n")), canary


def test_an_answer_says_the_secret_again() -> None:
    secret = Canaries(5).base62(32)
    made = outgoing(Request(f"a = 1\nTOKEN = '{secret}'\n", "\nb = 2\n"))
    (name,) = made.kept
    assert made.request.prefix == f"a = 1\nTOKEN = '{name}'\n"
    for cuts in ((), (3,), (9, 10, 11), range(1, 40)):
        texts: list[str] = []
        answer = Restoring(made, texts.append)
        text = f"f({name}, REDACTED_zz, RED"
        for start, end in zip((0, *cuts), (*cuts, len(text)), strict=True):
            answer.feed(text[start:end])
        answer.end()
        assert "".join(texts) == f"f({secret}, REDACTED_zz, RED"


def test_a_stop_tells_nothing() -> None:
    secret = Canaries(6).base62(32)
    request = Request(f"TOKEN = '{secret}", "'\n", stop=("\n", secret[20:], f"{secret}'"))
    clean, count = redact_request(request)
    assert (clean.stop, count) == (("\n",), 1)
    assert clean.suffix == "'\n"
