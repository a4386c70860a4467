"""`symbiote/why` over the socket: each window is told of its own last ask, and nothing of it stays behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from e2e.windows import URI, windows

pytestmark = pytest.mark.asyncio


async def test_a_window_is_told_of_its_own_ask_only(home: Path) -> None:
    async with windows(3) as (a, b, c):
        assert await a.reply("apricot") == "reply_apricot"
        assert await b.reply("banana") == "reply_banana"
        mine, theirs = [await one.client.request("symbiote/why", {}) for one in (a, b)]
        assert mine["title"] == theirs["title"] == "Why this?"
        for one, own, other in ((mine, "apricot", "banana"), (theirs, "banana", "apricot")):
            assert f"{own} = \n```" in one["text"]
            assert f"- `'reply_{own}'`" in one["text"]
            assert other not in one["text"] + one["reproduction"]
            hole = json.loads(one["reproduction"])
            assert (hole["prefix"], hole["suffix"], hole["answer"]) == (f"{own} = ", "", "")
        assert "Nothing was asked for in this window yet" in await c.why()
    written = [path for path in home.rglob("*") if path.is_file()]
    assert {path.name for path in written} >= {"daemon.log", "ledger.sqlite3"}
    for path in written:
        assert b"apricot" not in path.read_bytes(), path


async def test_why_nothing_and_a_closed_document() -> None:
    async with windows(1) as (a,):
        await a.type("cherry_pit = 1\n")
        assert await a.suggestion(0, 3) is None
        assert await a.silence() == "mid_word"
        told = await a.client.request("symbiote/why", {})
        assert (told["title"], told["reproduction"]) == ("Why nothing?", None)
        assert "inside a word" in told["text"]
        assert await a.reply("damson") == "reply_damson"
        a.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        told = await a.client.request("symbiote/why", {})
        assert "damson" not in told["text"]
        assert told["reproduction"] is None
