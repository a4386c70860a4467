"""Every request is answered, with the code JSON-RPC has for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from lsprotocol import types as lsp

from symbiote.wire.dispatch import Dispatch


class Talk:
    """A dispatch with three routes, and what it said."""

    def __init__(self, *, initialized: bool = True) -> None:
        self.said: list[Mapping[str, Any]] = []
        self.ran: list[Any] = []
        self.dispatch = Dispatch(self.said.append)
        self.dispatch.initialized = initialized
        self.dispatch.route("now", self.now, lsp.Position)
        self.dispatch.route("later", self.later)
        self.dispatch.route("broken", self.broken)

    def now(self, params: lsp.Position) -> dict[str, int]:
        self.ran.append(params)
        return {"line": params.line}

    async def later(self, _: None) -> str:
        await asyncio.sleep(0.02)
        return "done"

    def broken(self, _: None) -> None:
        raise ValueError("secret text of a document")

    def hear(self, **message: Any) -> None:
        self.dispatch.take({"jsonrpc": "2.0", **message})

    @property
    def codes(self) -> list[tuple[Any, int]]:
        return [(m["id"], m["error"]["code"]) for m in self.said if "error" in m]


PLACE = {"line": 3, "character": 0}


@pytest.mark.parametrize(
    ("message", "id", "code"),
    [
        (None, None, -32600),
        (5, None, -32600),
        ([], None, -32600),
        ([{"jsonrpc": "2.0", "id": 1, "method": "now"}], None, -32600),
        ({}, None, -32600),
        ({"id": 4, "method": "now"}, 4, -32600),
        ({"jsonrpc": "1.0", "id": 4, "method": "now"}, 4, -32600),
        ({"jsonrpc": "2.0", "id": 4}, 4, -32600),
        ({"jsonrpc": "2.0", "id": 4, "method": 7}, 4, -32600),
        ({"jsonrpc": "2.0", "id": 1.5, "method": "now", "params": PLACE}, None, -32600),
        ({"jsonrpc": "2.0", "id": True, "method": "now", "params": PLACE}, None, -32600),
        ({"jsonrpc": "2.0", "id": None, "method": "now", "params": PLACE}, None, -32600),
        ({"jsonrpc": "2.0", "id": {}, "method": "now", "params": PLACE}, None, -32600),
        ({"jsonrpc": "2.0", "id": 4, "method": "unheard"}, 4, -32601),
        ({"jsonrpc": "2.0", "id": "s", "method": "now"}, "s", -32602),
        ({"jsonrpc": "2.0", "id": 4, "method": "now", "params": []}, 4, -32602),
        ({"jsonrpc": "2.0", "id": 4, "method": "now", "params": {"line": -1}}, 4, -32602),
        ({"jsonrpc": "2.0", "id": 4, "method": "broken"}, 4, -32603),
    ],
)
def test_refusals(message: Any, id: Any, code: int) -> None:
    talk = Talk()
    talk.dispatch.take(message)
    assert talk.codes == [(id, code)]
    talk.hear(id=5, method="now", params=PLACE)
    assert talk.said[-1] == {"jsonrpc": "2.0", "id": 5, "result": {"line": 3}}


def test_order_of_a_session() -> None:
    talk = Talk(initialized=False)
    talk.hear(id=1, method="now", params=PLACE)
    talk.hear(method="now", params=PLACE)
    assert talk.codes == [(1, -32002)]
    assert talk.ran == []
    talk.dispatch.initialized = True
    talk.dispatch.shut_down()
    talk.hear(id=2, method="now", params=PLACE)
    assert talk.codes[-1] == (2, -32600)


def test_notifications_never_answer() -> None:
    talk = Talk()
    for message in (
        {"method": "now", "params": {"line": "x"}},
        {"method": "unheard"},
        {"method": "broken"},
        {"method": "$/cancelRequest", "params": {"id": 99}},
        {"method": "$/cancelRequest"},
    ):
        talk.hear(**message)
    assert talk.said == []
    assert talk.dispatch.ignored == 3


def test_answers_to_questions_never_asked_are_ignored() -> None:
    talk = Talk()
    talk.hear(id=9, result=1)
    talk.hear(id=9, error={"code": 1, "message": ""})
    assert talk.said == []


def test_cancel_and_duplicates() -> None:
    async def run() -> Talk:
        talk = Talk()
        talk.hear(id=1, method="later")
        talk.hear(id=1, method="now", params=PLACE)
        talk.hear(id=2, method="later")
        await asyncio.sleep(0)
        talk.hear(method="$/cancelRequest", params={"id": 2})
        await asyncio.sleep(0.1)
        return talk

    talk = asyncio.run(run())
    assert sorted(talk.codes) == [(1, -32600), (2, -32800)]
    assert {"jsonrpc": "2.0", "id": 1, "result": "done"} in talk.said


def test_the_end_cancels_what_runs() -> None:
    async def run() -> Talk:
        talk = Talk()
        talk.hear(id=1, method="later")
        await talk.dispatch.end()
        return talk

    assert asyncio.run(run()).codes == [(1, -32800)]


def test_the_log_never_quotes(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "symbiote")
    talk = Talk()
    talk.hear(id=1, method="broken")
    talk.hear(id=2, method="now", params={"secret": "secret"})
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text.replace("test_dispatch.py", "")
    assert "secret" not in str(talk.said)
