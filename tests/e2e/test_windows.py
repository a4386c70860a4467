"""Two windows, one daemon: each gets its own answers, and neither notices when the other goes."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from e2e.windows import FAKE, NEOVIM, URI, VS_CODE, Window, processes, window, windows
from symbiote.core.text import Encoding
from symbiote.wire.client import Refused

pytestmark = pytest.mark.asyncio


async def engine(of: Window) -> dict[str, int]:
    counts: dict[str, int] = json.loads((await of.state())["engine"]["note"])
    return counts


async def test_answers_reach_the_right_window() -> None:
    async with windows() as (a, b):
        got = await asyncio.gather(*(w.reply(f"wait20_{n}") for w, n in ((a, "of_a"), (b, "of_b"))))
        assert got == ["reply_wait20_of_a", "reply_wait20_of_b"]
        assert (await a.state())["daemon"]["pid"] == (await b.state())["daemon"]["pid"]
        assert len(processes("fake_daemon")) == 1
        assert (await a.state())["daemon"]["sessions"] == 2


@pytest.mark.parametrize("how", ["exit", "kill", "hang up"])
async def test_one_leaves_the_other_stays(how: str) -> None:
    async with windows() as (a, b):
        await a.type("wait5000_x = ")
        a.ask(0, 13)
        waiting = asyncio.create_task(b.reply("wait300_y"))
        await asyncio.sleep(0.1)
        match how:
            case "exit":
                assert await a.leave() == 0
            case "kill":
                await a.kill()
            case _:
                await a.client.close()
                assert await asyncio.wait_for(a.process.wait(), 10) == 0
        assert await waiting == "reply_wait300_y"
        assert await b.reply("after") == "reply_after"
        assert (await b.state())["daemon"]["sessions"] == 1
        assert (await engine(b))["running"] == 0


async def test_cancel_stops_the_engine() -> None:
    async with windows() as (a, b):
        await a.type("wait5000_x = ")
        number, answer = a.ask(0, 13)
        await asyncio.sleep(0.1)
        assert (await engine(b))["running"] == 1
        a.client.cancel(number)
        with pytest.raises(Refused) as refused:
            await asyncio.wait_for(answer, 5)
        assert refused.value.code == -32800
        assert (await engine(b))["running"] == 0
        assert await b.reply("y") == "reply_y"


async def test_newest_wins_without_a_cancel() -> None:
    async with windows() as (a, b):
        answers = []
        for version, name in enumerate(["x", "xy", "xyz"], start=1):
            a.client.open(URI, f"wait300_{name} = ", version=version)
            answers.append(a.ask(0, 11 + len(name))[1])
        other = asyncio.create_task(b.reply("other"))
        got = await asyncio.wait_for(asyncio.gather(*answers), 10)
        assert [[item["insertText"] for item in items] for items in got] == [
            [],
            [],
            ["reply_wait300_xyz"],
        ]
        assert await other == "reply_other"


async def test_each_ask_sees_the_document_of_its_moment() -> None:
    """Edits and requests in one burst: an answer must not come from a later text."""
    async with windows() as (a, _):
        await a.type("name = ")
        asked = []
        for version in range(2, 7):
            change = {"range": span(0, 0, 4 + version - 2), "text": "name" + "x" * (version - 1)}
            a.client.notify("textDocument/didChange", changed(version, [change]))
            params = {
                "textDocument": {"uri": URI},
                "position": {"line": 0, "character": 3 + 4 + version - 1},
            }
            asked.append(a.client.ask("symbiote/complete", params)[1])
        *older, newest = await asyncio.wait_for(asyncio.gather(*asked), 10)
        assert newest["text"] == "reply_namexxxxx"
        for number, answer in enumerate(older, start=1):
            assert answer["reason"] == "superseded" or answer["text"] == "reply_name" + "x" * number


def span(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def changed(version: int, changes: list[dict[str, Any]]) -> dict[str, Any]:
    return {"textDocument": {"uri": URI, "version": version}, "contentChanges": changes}


async def test_the_engine_goes_in_the_middle_of_one_answer() -> None:
    async with windows() as (a, b):
        lost, kept = await asyncio.gather(a.reply("wait50_loseengine"), b.reply("wait100_kept"))
        assert (lost, kept) == (None, "reply_wait100_kept")
        assert await a.silence() == "engine_died"
        assert await a.reply("again") == "reply_again"


@pytest.mark.parametrize(("offered", "encoding"), [(NEOVIM, "utf-8"), (VS_CODE, "utf-16")])
async def test_what_initialize_agrees_on(offered: tuple[Encoding, ...], encoding: str) -> None:
    made = await window(FAKE, offered)
    assert made.agreed["capabilities"] == {
        "positionEncoding": encoding,
        "textDocumentSync": {"openClose": True, "change": 2, "save": {"includeText": False}},
        "notebookDocumentSync": {"notebookSelector": [{"notebook": "*"}]},
        "inlineCompletionProvider": {},
        "codeActionProvider": {"codeActionKinds": ["quickfix", "refactor.rewrite", "source"]},
        "executeCommandProvider": {"commands": ["symbiote.accepted", "symbiote.rewriteHere"]},
        "workspace": {"workspaceFolders": {"supported": True, "changeNotifications": True}},
    }
    assert made.agreed["serverInfo"]["name"] == "symbiote"
    for method, code in (("textDocument/hover", -32601), ("initialize", -32600)):
        with pytest.raises(Refused) as refused:
            await made.client.request(method, {"processId": None, "capabilities": {}})
        assert refused.value.code == code
    assert await made.leave() == 0


async def test_status_pause_and_acceptance() -> None:
    async with windows() as (a, b):
        assert a.statuses[0].keys() >= {"state", "memoryMb", "p99Ms", "paused"}
        assert await a.reply("one") == "reply_one"
        _, asked = a.ask(0, 6)
        [item] = await asked
        await a.client.request("workspace/executeCommand", item["command"])
        await a.until(lambda status: status["accepted"] == 1 and status["shown"] == 2)
        assert a.statuses[-1]["lastMs"] > 0
        for wrong in ({"command": "rm"}, {"command": "symbiote.accepted", "arguments": [1]}):
            with pytest.raises(Refused):
                await a.client.request("workspace/executeCommand", wrong)
        a.client.notify("symbiote/pause", {"all": True, "languages": []})
        assert await a.reply("paused") is None
        await a.until(lambda status: status["paused"] and status["lastSilence"] == "paused")
        a.client.notify("symbiote/pause", {"all": False, "languages": ["python"]})
        assert await a.reply("paused") is None
        assert await a.silence() == "language_off"
        assert await b.reply("other") == "reply_other"
        assert b.statuses[-1]["paused"] is False
        a.client.notify("symbiote/pause", {"all": False, "languages": []})
        a.client.notify("symbiote/dismissed", {})
        assert await a.reply("back") == "reply_back"


async def test_status_comes_at_most_twice_a_second() -> None:
    async with windows() as (a, _):
        await asyncio.sleep(0.6)
        before = len(a.statuses)
        for number in range(100):
            await a.reply(f"name_{number}")
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.6)
        told = a.statuses[before:]
        assert told[-1]["shown"] == 100
        assert len(told) <= 12  # some two seconds of answers


async def test_settings_of_the_window_and_of_the_machine() -> None:
    async with windows() as (a, b):
        a.client.notify(
            "workspace/didChangeConfiguration", {"settings": {"symbiote": {"enabled": False}}}
        )
        assert await a.reply("off") is None
        assert await b.reply("on") == "reply_on"
        settings: dict[str, Any] = {"model": "fake-2", "deadlineMs": "soon", "unheard": 1}
        a.client.notify("workspace/didChangeConfiguration", {"settings": {"symbiote": settings}})
        for one in (a, b):
            await one.until(lambda status: status["model"] == "fake-2")
        assert any("deadlineMs" in text for text in a.logged)
        for odd in (None, 5, [], {"symbiote": None}, {"symbiote": 7}):
            a.client.notify("workspace/didChangeConfiguration", {"settings": odd})
        missing = {"settings": {"symbiote": {"model": "missing"}}}
        a.client.notify("workspace/didChangeConfiguration", missing)
        assert await a.reply("still_there") == "reply_still_there"
        assert any("no model missing" in text for text in a.logged)
        assert a.popups == b.popups == []


async def test_restart_and_why() -> None:
    async with windows() as (a, b):
        assert (await a.why()).startswith("Why nothing?")
        before = (await engine(a))["restarts"]
        assert await a.client.request("symbiote/restartEngine", {}) == {"ok": True}
        assert (await engine(b))["restarts"] == before + 1
        assert await b.reply("waits_for_the_model") == "reply_waits_for_the_model"
        assert (await b.why()).startswith("Why this?")
