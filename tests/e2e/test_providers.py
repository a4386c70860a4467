"""Providers over the socket: who answers, who is not asked, what is told, and where keys do not turn up."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from e2e.fault_rows import ANSWER, ROWS, Asked, status
from e2e.fault_server import FaultServer, faults
from e2e.rewrites import CODE, Shown
from e2e.windows import FAKE, URI, VS_CODE, Window, spawn
from symbiote.core import paths
from symbiote.wire.client import client

KEY = "planted-key-2c9f81d7a4"
BUILD = {"complete": "build", "rewrite": "build", "localOnly": False}
LATE = 5_000
"""Milliseconds for a completion: no answer here hangs on the speed of the machine."""


def own(server: FaultServer, *rows: str, **more: Any) -> dict[str, Any]:
    """The setting that turns on a server of the user's own for each row, named like it."""
    entry = {"kind": "openai", "complete": "m", "rewrite": "m", "key": False} | more
    return {row.replace("_", "-"): {"baseUrl": server.url(row), **entry} for row in rows}


@contextlib.asynccontextmanager
async def window(
    providers: dict[str, Any], model: str = "off", mode: dict[str, Any] | None = BUILD
) -> AsyncGenerator[Window, None]:
    """A window without a model of its own, unless one is named."""
    made = Window(await spawn(FAKE))
    settings = {"model": model, "providers": providers, "deadlineMs": LATE, "logLevel": "debug"}
    made.agreed = await made.client.initialize(settings, VS_CODE, mode=mode)
    try:
        await made.until(lambda told: told["state"] == ("off" if model == "off" else "ready"))
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            made.process.kill()
        await made.process.wait()
        await made.client.close()


async def complete(one: Window, text: str = "def add(a, ü):\n    ", uri: str = URI) -> Any:
    await one.type(text, uri)
    lines = text.split("\n")
    place = {"line": len(lines) - 1, "character": len(lines[-1])}
    asked = {"textDocument": {"uri": uri}, "position": place, "explain": True}
    return await one.client.request("symbiote/complete", asked)


def test_a_completion_comes_from_a_provider_where_there_is_no_model() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine")) as one:
            answer = await complete(one)
            assert (answer["text"], answer["origin"]) == (ANSWER, "computed")
            assert (answer["engine"], answer["model"]) == ("fine", "m")
            outside = answer["outside"]
            assert (outside["provider"], outside["title"], outside["model"]) == (
                "fine",
                "fine",
                "m",
            )
            assert (outside["promptTokens"], outside["cachedTokens"]) == (20, 8)
            await one.until(lambda told: told["outside"] == outside)
            (told,) = one.statuses[-1]["providers"]
            assert (told["name"], told["state"], told["model"]) == ("fine", "ready", "m")
            assert one.statuses[-1]["computed"] == 1
            why = await one.why()
            assert "fine answered with m" in why
            assert "no gate holds it back" in why
            (asked,) = server.asked
            assert "def add(a, ü):" in json.dumps(asked.body, ensure_ascii=False)

    asyncio.run(run())


def test_ghost_text_from_outside_says_so() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine")) as one:
            await one.type("x = ")
            _, answer = one.ask(0, 4)
            (item,) = await answer
            name, outside = item["command"]["arguments"]
            assert outside["title"] == "fine"
            done = {"command": item["command"]["command"], "arguments": [name, outside]}
            await one.client.request("workspace/executeCommand", done)
            await one.until(lambda told: told["accepted"] == 1)

    asyncio.run(run())


def test_the_model_here_comes_first_and_nobody_else_is_asked() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine"), model="fake-1") as one:
            assert await one.reply("name") == "reply_name"
            lost = await complete(one, "loseengine_x = ")
            assert (lost["text"], lost["engine"]) == (ANSWER, "fine")
            assert len(server.asked) == 1

    asyncio.run(run())


def test_an_outage_is_answered_by_the_next() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fault_500", "fine")) as one:
            answer = await complete(one)
            assert (answer["text"], answer["engine"]) == (ANSWER, "fine")
            assert [asked.fault for asked in server.asked] == ["fault_500", "fine"]

    asyncio.run(run())


def test_who_did_not_answer_is_told() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "wrong_model")) as one:
            answer = await complete(one)
            assert (answer["text"], answer["reason"]) == (None, "no_provider")
            assert "wrong-model" in answer["detail"]
            await one.until(lambda told: told["providers"][0]["state"] == "blocked")
            assert "blocked" in await one.why()
            again = await complete(one, "y = ")
            assert again["reason"] == "no_model"
            assert len(server.asked) == 1

    asyncio.run(run())


@pytest.mark.parametrize("told_by", ["options", "message"])
def test_a_workspace_that_never_leaves_this_machine_sends_nothing(told_by: str) -> None:
    async def run() -> None:
        here = BUILD | {"localOnly": True}
        first = here if told_by == "options" else None
        async with faults() as server, window(own(server, "fine"), mode=first) as one:
            if told_by == "message":
                one.client.notify("symbiote/mode", here)
            assert (await complete(one))["reason"] == "no_model"
            shown = Shown(one, "file:///project/b.py")
            _, answer = shown.ask(3, 7, "make it better")
            assert (await shown.rewritten(answer))["reason"] == "no_rewrite_model"
            found = await one.client.request("symbiote/testKey", {"provider": "fine"})
            assert not found["ok"]
            assert "never leaves this machine" in await one.why()
            assert server.asked == []
            assert server.connections == 0 or told_by == "message"  # one that was open already
            one.client.notify("symbiote/mode", BUILD)
            assert (await complete(one, "y = "))["text"] == ANSWER

    asyncio.run(run())


def test_modes_that_are_not_understood_keep_everything_here() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine"), mode={"complete": 7}) as one:
            assert (await complete(one))["reason"] == "no_model"
            assert server.asked == []
            assert any("modes" in said for said in one.logged)
            one.client.notify("symbiote/mode", BUILD | {"complete": "warp"})
            assert (await complete(one, "y = "))["text"] == ANSWER
            assert any("warp" in said for said in one.logged)

    asyncio.run(run())


def test_excluded_files_are_not_sent(tmp_path: Path) -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine")) as one:
            for name in (".env", "server.pem"):
                answer = await complete(one, "PASSWORD = ", (tmp_path / name).as_uri())
                assert answer["reason"] == "excluded"
            assert server.asked == []

    asyncio.run(run())


def test_a_rewrite_streams_from_a_provider() -> None:
    async def run() -> None:
        async with faults() as server, window(own(server, "fine")) as one:
            asked = await one.client.request("symbiote/intentions", {})
            assert asked["problem"] == ""
            shown = Shown(one)
            _, answer = shown.ask(9, 11, "make it better")
            ended = await shown.rewritten(answer)
            assert (ended["reason"], ended["engine"]) == (None, "fine")
            assert ended["outside"]["title"] == "fine"
            assert shown.text == CODE.replace("def second(a):\n    return a\n", f"{ANSWER}\n")
            _, answer = shown.ask(9, 10, "and now again")
            ended = await shown.rewritten(answer)
            assert ended["reason"] == "no_change"
            first, second = (asked.body["messages"] for asked in server.asked)
            assert [one["role"] for one in second] == ["system", "user", "assistant", "user"]
            assert second[:2] == first
            assert "```python\ndef second(a):\n    return a\n```" in first[1]["content"]
            assert second[-1]["content"].endswith("and now again")

    asyncio.run(run())


def test_a_rewrite_goes_to_the_model_here_if_it_can_and_to_the_next_in_an_outage() -> None:
    async def run() -> None:
        rows = ("fault_503", "hung_up", "fine")
        async with faults() as server, window(own(server, *rows), model="fake-instruct") as one:
            shown = Shown(one)
            _, answer = shown.ask(3, 7, "slow 3")
            ended = await shown.rewritten(answer)
            assert (ended["engine"], ended["outside"], server.asked) == ("fake", None, [])
            one.client.notify("symbiote/mode", BUILD | {"rewrite": "fast"})
            _, answer = shown.ask(3, 6, "better", "s")
            ended = await shown.rewritten(answer)
            assert [asked.fault for asked in server.asked] == ["fault_503", "hung_up"]
            assert (ended["reason"], ended["engine"]) == ("no_provider", "fault-503")

    asyncio.run(run())


async def guarded(asked: Asked) -> None:
    """Wants a key."""
    right = asked.headers.get("authorization") == f"Bearer {KEY}"
    refused = status("401 Unauthorized", {"error": {"message": "the key KEY is wrong"}})
    await (ROWS["fine"] if right else refused)(asked)


def test_keys_are_told_tested_and_turn_up_nowhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROWS, "guarded", guarded)

    async def run() -> None:
        async with faults() as server, window(own(server, "guarded", key=True)) as one:
            (told,) = one.statuses[-1]["providers"]
            assert told["state"] == "no key"
            assert (await complete(one))["reason"] == "no_model"
            wrong = KEY[:-1] + "x"
            told = await one.client.request("symbiote/keys", {"keys": {"guarded": wrong}})
            assert told == {"problems": []}
            found = await one.client.request("symbiote/testKey", {"provider": "guarded"})
            assert not found["ok"]
            assert "guarded" in found["sentence"]
            assert "key" in found["sentence"]
            await one.until(lambda told: told["providers"][0]["state"] == "blocked")
            told = await one.client.request("symbiote/keys", {"keys": {"guarded": "two\nlines"}})
            assert len(told["problems"]) == 1
            assert "lines" not in told["problems"][0]
            await one.client.request("symbiote/keys", {"keys": {"guarded": KEY}})
            found = await one.client.request("symbiote/testKey", {"provider": "guarded"})
            assert found["ok"], found
            assert (await complete(one))["text"] == ANSWER
            said = json.dumps([one.statuses, one.logged, await one.state(), await one.why()])
            assert KEY not in said
            assert wrong not in said
        await _nowhere(home, KEY, wrong)

    asyncio.run(run())


async def _nowhere(home: Path, *keys: str) -> None:
    """In no file of the daemon's, and in no process' arguments or environment."""
    async with client(None) as asking:
        pid = (await asking.request("symbiote/state"))["daemon"]["pid"]
    parts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert paths.log() in home.rglob("*")
    parts += [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    for key in keys:
        assert not any(key.encode() in part for part in parts)


def test_a_key_in_the_setting_is_refused(home: Path) -> None:
    async def run() -> None:
        async with faults() as server:
            wrong = own(server, "fine", key="sk-" + KEY)
            async with window(wrong) as one:
                assert one.statuses[-1]["providers"] == []
                assert any("looks like a key" in said for said in one.logged)
                assert KEY not in json.dumps(one.logged)
            await _nowhere(home, KEY)

    asyncio.run(run())


def test_two_windows_share_the_providers_and_a_key_goes_with_its_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(ROWS, "guarded", guarded)

    async def run() -> None:
        async with faults() as server:
            providers = own(server, "guarded", key=True)
            async with window(providers) as one:
                async with window(providers) as other:
                    await other.client.request("symbiote/keys", {"keys": {"guarded": KEY}})
                    assert (await complete(one))["text"] == ANSWER
                    assert (await complete(other, "y = "))["text"] == ANSWER
                    assert server.connections <= 2  # one for each task, opened ahead
                    await one.until(lambda told: told["providers"][0]["p50Ms"] is not None)
                    await other.leave()
                await one.client.request("symbiote/keys", {"keys": {}})
                assert (await one.state())["providers"][1]["state"] == "no key"

    asyncio.run(run())
