"""Windows of the crowd press their keys whether or not answers come, and count what does not come."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from symbiote.bench import crowd, null
from symbiote.bench.forwarded import Forwarded
from symbiote.core.errors import WireError
from symbiote.engine.port import Ask, Delta, Done, State
from symbiote.prompt.family import families
from symbiote.wire.client import Refused


class Said:
    """Stands in for a window's client: answers number n as `say` has it; None never comes."""

    def __init__(self, say: Any) -> None:
        self.edits: list[dict[str, Any]] = []
        self.places: list[int] = []
        self._say = say

    def notify(self, method: str, params: Any) -> None:
        assert method == "textDocument/didChange"
        self.edits.append(params)

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        assert params["context"]["triggerKind"] == 2, "as automatic as typing"
        self.places.append(params["position"]["character"])
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        found = self._say(len(self.places))
        if isinstance(found, Exception):
            answer.set_exception(found)
        elif found is not None:
            answer.set_result(found)
        return len(self.places), answer


class Window:
    def __init__(self, client: Said) -> None:
        self.client = client


def typed(monkeypatch: pytest.MonkeyPatch, say: Any, keys: int) -> tuple[Said, crowd.Crowd]:
    monkeypatch.setattr(crowd, "KEYS_PER_SECOND", 1_000)
    monkeypatch.setattr(crowd, "DRAIN", 0.05)
    said = Said(say)
    window = cast(Forwarded, Window(said))
    return said, asyncio.run(crowd._type(window, 3, keys))


def test_every_key_is_an_edit_and_a_request_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    said, found = typed(monkeypatch, lambda _: [{"insertText": "x"}], 30)
    assert [edit["textDocument"]["version"] for edit in said.edits] == list(range(2, 32))
    assert said.places == list(range(1, 31))
    assert "".join(edit["contentChanges"][0]["text"] for edit in said.edits)[:3] == "abc"
    assert len(found.answers) == len(found.late) == found.shown == 30
    assert found.unanswered == 0


def test_what_never_comes_or_fails_is_unanswered(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {1: [], 2: None, 3: Refused(-32603, "our mistake"), 4: WireError("gone")}
    _, found = typed(monkeypatch, lambda number: answers.get(number, ["x"]), 6)
    assert found.unanswered == 3
    assert (len(found.answers), found.shown) == (3, 2)


def test_the_null_engine_answers_what_no_key_types() -> None:
    async def answer() -> list[Delta | Done]:
        return [part async for part in null.NullEngine().stream(Ask(()))]

    delta, done = asyncio.run(answer())
    assert isinstance(delta, Delta) and isinstance(done, Done)
    assert delta.text[0] == " " and delta.text.strip()
    assert done.cost.tokens.generated, "counts as computed"
    status = null.NullEngine().status
    assert status.state is State.READY
    assert status.family in families()
