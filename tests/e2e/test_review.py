"""A second look at rewrites, over the socket: who looks, what is told, and that nothing waits for it or is changed by it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import sqlite3
from collections.abc import AsyncGenerator, Iterator
from typing import Any

import pytest

from e2e.fault_rows import ROWS, begun, ended, said, status, stream
from e2e.fault_server import FaultServer, faults
from e2e.outsiders import own, window
from e2e.rewrites import CODE, Shown
from e2e.windows import Window, stop_daemon
from symbiote.core import paths

CHECKED = {"complete": "build", "rewrite": "double-check", "localOnly": False}
NEW = "def first(a: int) -> int:\n    # the first line\n    b = a\n    return b"
NUMBERS = itertools.count(1)
FINDINGS = (
    "Two things:\n"
    "1: warning: callers may give [text](https://evil.example)\n"
    "4: error: returns the same\n"
    "9: error: there is no such line\n"
    "```python\n" + NEW.replace("b = a", "b = a + 1") + "\n```"
)


@pytest.fixture(autouse=True)
def rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that writes, and such as look at what it wrote."""
    written = f"```python\n{NEW}\n```"
    monkeypatch.setitem(ROWS, "writer", stream(begun, lambda d: said(d, written), ended))
    monkeypatch.setitem(ROWS, "reader", stream(begun, lambda d: said(d, FINDINGS), ended))
    monkeypatch.setitem(ROWS, "content", stream(begun, lambda d: said(d, "OK"), ended))
    monkeypatch.setitem(ROWS, "slow", stream(begun, 3600.0))
    monkeypatch.setitem(ROWS, "no", status("400 Bad Request"))


@pytest.fixture
def mine() -> Iterator[None]:
    """A mode of the user's own in which providers write and the model here looks."""
    own_file = paths.config() / "modes.toml"
    own_file.parent.mkdir(parents=True, exist_ok=True)
    policy = '{order = ["fastest", "local"], review = true}'
    own_file.write_text(f'[mine]\ntitle = "Mine"\ncomplete = {{}}\nrewrite = {policy}\n', "utf-8")
    yield
    own_file.unlink()


@contextlib.asynccontextmanager
async def shown(
    *rows: str, model: str = "off", mode: dict[str, Any] = CHECKED
) -> AsyncGenerator[tuple[FaultServer, Window, Shown]]:
    async with faults() as server, window(own(server, *rows), model, mode) as one:
        yield server, one, Shown(one)


async def rewritten(one: Shown) -> dict[str, Any]:
    # Another wish each time: what was wished before is remembered, and nobody writes.
    _, answer = one.ask(3, 7, f"Add hints {next(NUMBERS)}")
    return await one.rewritten(answer)


async def reviewed(one: Window, count: int = 1) -> dict[str, Any]:
    async with asyncio.timeout(30):
        while len(one.reviews) < count:
            await asyncio.sleep(0.002)
    return one.reviews[count - 1]


def test_another_provider_flags_lines_and_changes_nothing() -> None:
    async def run() -> None:
        async with shown("writer", "reader") as (server, one, editor):
            result = await rewritten(editor)
            assert (result["text"], result["reason"], result["engine"]) == (NEW, None, "writer")
            text, edits = editor.text, len(one.progress)
            told = await reviewed(one)
            assert (told["rewrite"], told["turn"], told["problem"]) == ("r", 1, "")
            assert told["flags"] == [
                {"line": 0, "severity": "warning", "text": "callers may give text"},
                {
                    "line": 2,
                    "severity": "difference",
                    "text": "The other model would write here: b = a + 1",
                },
                {"line": 3, "severity": "error", "text": "returns the same"},
            ]
            assert told["by"] == "reader, m"
            assert told["outside"]["provider"] == "reader"
            assert (editor.text, len(one.progress)) == (text, edits)
            assert [asked.fault for asked in server.asked] == ["writer", "reader"]
            said_to = json.dumps(server.asked[1].body)
            for part in ("Add hints", "1| def first(a: int) -> int:", "def first(a):", "import os"):
                assert part in said_to

    asyncio.run(run())
    asyncio.run(stop_daemon())  # it writes its rows down
    with sqlite3.connect(paths.ledger()) as ledger:
        row = "SELECT outcome, engine, model, prompt_tokens, generated_tokens, attempts FROM asks WHERE feature = 'review'"
        assert ("shown", "reader", "m", 20, 3, 1) in ledger.execute(row).fetchall()


def test_nothing_found_is_told_as_well() -> None:
    async def run() -> None:
        async with shown("writer", "content") as (_, one, editor):
            await rewritten(editor)
            told = await reviewed(one)
            assert (told["flags"], told["problem"], told["by"]) == ([], "", "content, m")

    asyncio.run(run())


def test_a_reviewer_that_fails_is_one_sentence() -> None:
    async def run() -> None:
        async with shown("writer", "no") as (_, one, editor):
            assert (await rewritten(editor))["text"] == NEW
            told = await reviewed(one)
            assert (told["flags"], told["by"], told["outside"]) == ([], "", None)
            assert told["problem"].startswith("The second look at this rewrite came to nothing: ")
            assert one.popups == []

    asyncio.run(run())


def test_without_anybody_else_that_is_said() -> None:
    async def run() -> None:
        async with shown("writer") as (server, one, editor):
            assert (await rewritten(editor))["text"] == NEW
            told = await reviewed(one)
            assert told["problem"].startswith("Nobody else could look at this rewrite")
            assert len(server.asked) == 1

    asyncio.run(run())


def test_the_result_does_not_wait_and_the_next_turn_ends_the_look() -> None:
    async def run() -> None:
        async with shown("writer", "slow") as (server, one, editor):
            assert (await rewritten(editor))["text"] == NEW
            async with asyncio.timeout(30):
                while len(server.asked) < 2:
                    await asyncio.sleep(0.002)
            assert (server.asked[1].fault, one.reviews) == ("slow", [])
            editor.ask(3, 7, "")  # asks for nothing, and is a turn
            await asyncio.wait_for(server.hung_up.wait(), 30)
            assert one.reviews == []

    asyncio.run(run())


@pytest.mark.parametrize("by", ["discarded", "closed"])
def test_a_look_that_nobody_wants_any_more_is_ended(by: str) -> None:
    async def run() -> None:
        async with shown("writer", "slow") as (server, one, editor):
            await rewritten(editor)
            async with asyncio.timeout(30):
                while len(server.asked) < 2:
                    await asyncio.sleep(0.002)
            if by == "closed":
                closing = {"textDocument": {"uri": editor.uri}}
                one.client.notify("textDocument/didClose", closing)
            else:
                told = {"rewrite": "r", "turn": 1, "kind": "discarded", "hunks": 1}
                one.client.notify("symbiote/rewriteOutcome", told)
            await asyncio.wait_for(server.hung_up.wait(), 30)
            assert one.reviews == []

    asyncio.run(run())


def test_a_provider_looks_at_what_the_model_here_wrote() -> None:
    async def run() -> None:
        async with shown("reader", model="fake-instruct") as (server, one, editor):
            result = await rewritten(editor)
            assert (result["engine"], result["outside"]) == ("fake", None)
            told = await reviewed(one)
            assert told["by"] == "reader, m"
            assert [flag["line"] for flag in told["flags"] if flag["severity"] == "warning"] == [0]
            assert [asked.fault for asked in server.asked] == ["reader"]

    asyncio.run(run())


def test_the_model_here_looks_at_what_a_provider_wrote(mine: None) -> None:
    async def run() -> None:
        mode = CHECKED | {"rewrite": "mine"}
        async with shown("writer", model="fake-instruct", mode=mode) as (server, one, editor):
            assert (await rewritten(editor))["text"] == NEW
            told = await reviewed(one)
            assert (told["by"], told["outside"], told["flags"]) == ("fake-instruct", None, [])
            assert len(server.asked) == 1

    asyncio.run(run())


def test_a_window_that_stays_here_sends_nothing_and_build_asks_nobody() -> None:
    async def run() -> None:
        here = CHECKED | {"localOnly": True}
        async with shown("reader", model="fake-instruct", mode=here) as (server, one, editor):
            await rewritten(editor)
            assert (await reviewed(one))["problem"].startswith("Nobody else")
            assert server.asked == []
        build = CHECKED | {"rewrite": "build"}
        async with shown("writer", "reader", mode=build) as (server, one, editor):
            await rewritten(editor)
            await one.state()
            assert (len(server.asked), one.reviews) == (1, [])

    asyncio.run(run())


def test_an_explanation_is_not_looked_at() -> None:
    async def run() -> None:
        async with shown("writer", "reader") as (server, one, editor):
            _, answer = editor.ask(3, 7, "", name="explain")
            assert (await editor.rewritten(answer))["readOnly"]
            await one.state()
            assert (len(server.asked), one.reviews) == (1, [])
            assert editor.text == CODE

    asyncio.run(run())
