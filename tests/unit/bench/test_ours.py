"""What a window of the benchmark says to the daemon, and how it reads the answers."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from symbiote.bench.ours import Ours, read
from symbiote.bench.replay import Lost, Withdrawn
from symbiote.bench.screen import View
from symbiote.bench.trace import File, Stroke
from symbiote.core.errors import WireError
from symbiote.wire.client import Client, Refused

FILES = (File("a.py", "python", "one\ntwo\n"), File("b.py", "python", ""))
ANSWER: dict[str, Any] = {
    "text": "x",
    "origin": "computed",
    "reason": None,
    "id": "i",
    "timing_ms": {"prefill": 1.0, "decode": 2.0, "finish": 0.5},
    "tokens": {"evaluated": 3, "generated": 4},
}


class Said:
    """Stands in for the client: keeps what is said, answers when told to."""

    def __init__(self) -> None:
        self.notified: list[tuple[str, Any]] = []
        self.asked: list[tuple[str, Any]] = []
        self.cancelled: list[int] = []
        self.answers: list[asyncio.Future[Any]] = []

    def notify(self, method: str, params: Any) -> None:
        self.notified.append((method, params))

    def open(self, uri: str, text: str, language: str) -> None:
        self.notified.append(("open", (uri, text, language)))

    def ask(self, method: str, params: Any) -> tuple[int, asyncio.Future[Any]]:
        self.asked.append((method, params))
        self.answers.append(asyncio.get_running_loop().create_future())
        return len(self.asked), self.answers[-1]

    def cancel(self, number: int) -> None:
        self.cancelled.append(number)


def window() -> tuple[Ours, Said]:
    said = Said()
    return Ours(cast(Client, said), "w"), said


def test_a_key_is_a_change_with_the_next_version() -> None:
    ours, said = window()
    asyncio.run(ours.open(FILES))
    ours.edit(View(0, FILES[0].start, 5), Stroke(0.1, 0, 5, 2, "\n"))
    ours.edit(View(0, "one\nt\n\n", 0), Stroke(0.1, 0, 0, 0, "x"))
    changes = [params for method, params in said.notified if method == "textDocument/didChange"]
    assert [change["textDocument"]["version"] for change in changes] == [2, 3]
    assert changes[0]["contentChanges"] == [
        {
            "range": {"start": {"line": 1, "character": 1}, "end": {"line": 1, "character": 3}},
            "text": "\n",
        }
    ]


def test_opening_again_closes_what_was_open() -> None:
    ours, said = window()
    asyncio.run(ours.open(FILES))
    ours.edit(View(1, "", 0), Stroke(0.1, 1, 0, 0, "x"))
    asyncio.run(ours.open(FILES))
    methods = [method for method, _ in said.notified]
    assert methods == [
        *("open", "open", "textDocument/didChange"),
        *("textDocument/didClose", "textDocument/didClose", "open", "open"),
    ]


def test_answers_cancels_and_failures_are_told_apart() -> None:
    async def asked(outcome: Any) -> Any:
        ours, said = window()
        await ours.open(FILES)
        pending = ours.ask(View(0, "x", 1))
        assert said.asked[0][1]["automatic"] is True
        pending.withdraw()
        assert said.cancelled == [1]
        if isinstance(outcome, Exception):
            said.answers[0].set_exception(outcome)
        else:
            said.answers[0].set_result(outcome)
        pending.withdraw()
        assert said.cancelled == [1], "an ask that is over is not cancelled"
        return await pending.reply()

    assert asyncio.run(asked(ANSWER)).text == "x"
    with pytest.raises(Withdrawn):
        asyncio.run(asked(Refused(-32800, "cancelled")))
    for error in (Refused(-32603, "our mistake"), WireError("gone")):
        with pytest.raises(Lost):
            asyncio.run(asked(error))


def test_an_answer_is_read_with_its_costs() -> None:
    found = read(ANSWER)
    assert (found.evaluated, found.generated, found.after_first_ms) == (3, 4, 2.5)
    silence = read({**ANSWER, "text": None, "origin": None, "reason": "mid_word", "tokens": {}})
    assert (silence.text, silence.origin, silence.reason, silence.generated) == (
        "",
        "",
        "mid_word",
        0,
    )
