"""Answers without the engine, through the daemon's socket: typed through, remembered, computed ahead."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from e2e.windows import URI, Window, windows

pytestmark = pytest.mark.asyncio


class Hand:
    """Types at the end of one line and asks there."""

    def __init__(self, window: Window, text: str, version: int = 1) -> None:
        self.window = window
        self.text = text
        self.version = version
        window.client.open(URI, text, version=version)

    def replace(self, start: int, text: str) -> None:
        self.version += 1
        span = {
            "start": {"line": 0, "character": start},
            "end": {"line": 0, "character": len(self.text)},
        }
        self.window.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": URI, "version": self.version},
                "contentChanges": [{"range": span, "text": text}],
            },
        )
        self.text = self.text[:start] + text

    def type(self, text: str) -> None:
        self.replace(len(self.text), text)

    def ask(self) -> tuple[int, asyncio.Future[Any]]:
        at = {"line": 0, "character": len(self.text)}
        params = {"textDocument": {"uri": URI}, "position": at, "automatic": True}
        return self.window.client.ask("symbiote/complete", params)

    async def said(self) -> tuple[str | None, str | None]:
        answer = await asyncio.wait_for(self.ask()[1], 10)
        return answer["origin"], answer["text"]


async def test_typed_through_back_and_ahead() -> None:
    async with windows() as (a, b):
        hand = Hand(a, "name = ")
        assert await hand.said() == ("computed", "reply_name")
        hand.type("rep")
        assert await hand.said() == ("typed_through", "ly_name")
        hand.replace(7, "")
        assert await hand.said() == ("remembered", "reply_name")
        hand.type("other")
        assert await hand.said() == ("computed", "reply_other")
        hand.type("!")  # nothing is computed ahead for a any more
        before = (await a.state())["prefetch"]["ended"]
        hand = Hand(b, "name = ")
        assert await hand.said() == ("computed", "reply_name")  # what a was told is a's
        async with asyncio.timeout(10):
            while (await b.state())["prefetch"]["ended"] == before:
                await asyncio.sleep(0.01)
        hand.type("reply_name")
        assert await hand.said() == ("prefetched", "reply_reply_name")
        shown = (await a.state())["origins"]["shown"]
        assert shown["remembered"] == shown["prefetched"] == 1
        assert sum((await b.state())["origins"]["share"].values()) == pytest.approx(1, abs=0.001)


async def test_a_first_line_and_then_its_block() -> None:
    """In the window that was shown the first line, and only there; counted once."""
    async with windows() as (a, b):
        Hand(a, "s = '🙂'; block = ", version=7)
        await Hand(b, "block = ").said()
        place = {"line": 0, "character": 18}
        params = {"textDocument": {"uri": URI}, "position": place, "context": {"triggerKind": 2}}
        first = await a.client.request("textDocument/inlineCompletion", params)
        assert [item["insertText"] for item in first] == ["reply_block("]
        async with asyncio.timeout(10):
            while not a.extended:
                await asyncio.sleep(0.01)
        [name] = first[0]["command"]["arguments"]
        news = {"uri": URI, "version": 7, "position": place, "suggestion": name}
        assert a.extended == [news]
        before = (await a.state())["origins"]["shown"]
        longer = await a.client.request("textDocument/inlineCompletion", params)
        assert longer[0]["insertText"].startswith("reply_block(\n    reply_reply_block(\n        ")
        assert longer[0]["command"] == first[0]["command"]
        assert (await a.state())["origins"]["shown"] == before


async def test_sent_away_stays_away_until_the_line_changes() -> None:
    async with windows() as (a, b):
        hand, other = Hand(a, "name = "), Hand(b, "name = ")
        assert await hand.said() == ("computed", "reply_name")
        assert await other.said() == ("computed", "reply_name")
        a.client.notify("symbiote/dismissed", {})
        assert await hand.said() == (None, None)
        assert await a.silence() == "rejected"
        assert await other.said() == ("remembered", "reply_name")
        hand.type("r")
        assert await hand.said() == ("typed_through", "eply_name")
        hand.replace(7, "")
        assert await hand.said() == ("remembered", "reply_name")


async def test_a_closed_document_is_forgotten() -> None:
    async with windows() as (a, _):
        hand = Hand(a, "name = ")
        assert await hand.said() == ("computed", "reply_name")
        a.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        hand = Hand(a, "name = ")
        assert await hand.said() == ("computed", "reply_name")
        assert await hand.said() == ("remembered", "reply_name")
        settings = {"settings": {"symbiote": {"deadlineMs": 700}}}
        a.client.notify("workspace/didChangeConfiguration", settings)
        assert await hand.said() == ("computed", "reply_name")
        await a.client.request("symbiote/restartEngine", {})


async def test_cancel_on_every_key_does_not_starve() -> None:
    """Each key withdraws the request before it; the engine takes longer than a key."""
    async with windows() as (a, _):
        hand = Hand(a, "wait150_x = ")
        asked = [hand.ask()]
        for letter in "reply_wait":
            await asyncio.sleep(0.03)
            hand.type(letter)
            a.client.cancel(asked[-1][0])
            asked.append(hand.ask())
        ended = await asyncio.wait_for(
            asyncio.gather(*(answer for _, answer in asked), return_exceptions=True), 10
        )
        texts = [end["text"] for end in ended if isinstance(end, dict) and end["text"]]
        assert len(texts) >= 1
        assert texts[-1] == "150_x"
