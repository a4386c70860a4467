"""When something appears, over the socket: eagerness, what was learned, strings and comments, inside a word."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from e2e.windows import URI, Window, asking, windows

pytestmark = pytest.mark.asyncio


async def by_hand(window: Window, line: int, character: int) -> list[dict[str, object]]:
    _, answer = window.client.ask("textDocument/inlineCompletion", asking(line, character, URI, 1))
    items: list[dict[str, object]] = await asyncio.wait_for(answer, 30)
    return items


async def test_on_key_the_answer_is_ready() -> None:
    async with windows(1, settings={"eagerness": "onKey"}) as (a,):
        await a.type("wait200_x = ")
        assert await a.suggestion(0, 12) is None
        assert await a.silence() == "on_key"
        asked = asyncio.get_running_loop().time()
        (item,) = await by_hand(a, 0, 12)
        assert item["insertText"] == "reply_wait200_x"
        assert asyncio.get_running_loop().time() - asked < 0.2  # as long as the engine takes
        state = await a.state()
        assert state["origins"]["shown"]["remembered"] == 1


async def test_what_is_learned_is_kept_told_and_forgotten(home: Path) -> None:
    async with windows(1) as (a,):
        for number in range(3):
            await a.type(f"name{number} = ")
            _, answer = a.ask(0, 8)
            (item,) = await asyncio.wait_for(answer, 30)
            await a.client.request("workspace/executeCommand", item["command"])
        learned = (await a.state())["gate"]["learned"]
        assert [(one["language"], round(one["outcomes"])) for one in learned] == [("python", 3)]
        assert "Learned from 2 outcomes" in await a.why()
        async with asyncio.timeout(10):
            while not (kept := home / "data" / "learned.json").exists():
                await asyncio.sleep(0.05)
        assert "name" not in kept.read_text()
        assert await a.client.request("symbiote/forgetLearned", {}) == {"ok": True}
        assert (await a.state())["gate"]["learned"] == []
        assert not kept.exists()


async def test_strings_and_comments() -> None:
    async with windows(1, settings={"stringsAndComments": "strings"}) as (a,):
        await a.type("# apple = ")
        assert await a.suggestion(0, 10) is None
        assert await a.silence() == "in_comment"
        await a.type('x = "apple = ')
        assert await a.suggestion(0, 13) is not None


async def test_an_unusable_choice_is_reported() -> None:
    async with windows(1, settings={"eagerness": "loud"}) as (a,):
        assert await a.reply("apple") == "reply_apple"
        assert any("symbiote.eagerness must be one of" in line for line in a.logged)


async def test_inside_a_word_its_rest_is_not_written_twice() -> None:
    """What stands behind the cursor of a word gives way to an answer that begins with it."""
    async with windows(1) as (a,):
        await a.type("block_xreply_block_x + 1")
        asked = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 7}}
        told = await a.client.request("symbiote/complete", asked)
        assert (told["text"], told["covers"]) == ("reply_block_x(", 13)
        (item,) = await by_hand(a, 0, 7)
        assert item["insertText"] == "reply_block_x("
        place = {"line": 0, "character": 7}, {"line": 0, "character": 20}
        assert item["range"] == {"start": place[0], "end": place[1]}
