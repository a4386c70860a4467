"""Providers over the socket: who answers, who is not asked, what is told, and where keys do not turn up."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from e2e.fault_rows import ANSWER
from e2e.fault_server import faults
from e2e.outsiders import BUILD, complete, own, window
from e2e.rewrites import CODE, Shown


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
