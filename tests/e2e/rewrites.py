"""A document in a window that shows rewrites: it applies what it is told, and tells the server of it."""

from __future__ import annotations

import asyncio
from typing import Any

from e2e.windows import URI, Window

CODE = """\
import os


def first(a):
    # the first line
    b = a
    return b


def second(a):
    return a
"""


class Shown:
    """One document of a window, as its editor holds it."""

    def __init__(self, window: Window, uri: str = URI, text: str = CODE) -> None:
        self.window = window
        self.uri = uri
        self.lines = text.split("\n")
        self.version = 1
        self._taken = 0
        self._start: dict[str, int] = {}
        window.client.open(uri, text)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def edit(self, start: int, end: int, lines: list[str]) -> None:
        """Lines `start` up to, not including, `end`."""
        self.lines[start:end] = lines
        self.version += 1
        self.window.client.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": self.uri, "version": self.version},
                "contentChanges": [{"text": self.text}],
            },
        )

    def ask(
        self, first: int, last: int, words: str, rewrite: str = "r", **more: Any
    ) -> tuple[int, asyncio.Future[Any]]:
        asked = {
            "textDocument": {"uri": self.uri},
            "range": span(first, last),
            "rewrite": rewrite,
            "intention": words,
        }
        return self.window.client.ask("symbiote/rewrite", asked | more)

    def take(self, rewrite: str = "r") -> int:
        """Apply what was told since; how many messages."""
        new = self.window.progress[self._taken :]
        self._taken += len(new)
        for told in (one for one in new if one["rewrite"] == rewrite):
            if told["region"] is not None:
                self._start[rewrite] = told["region"]["start"]
            if told["remove"] or told["insert"]:
                at = self._start[rewrite] + told["at"]
                self.edit(at, at + told["remove"], told["insert"])
        return len(new)

    async def rewritten(self, answer: asyncio.Future[Any], rewrite: str = "r") -> dict[str, Any]:
        """Apply what comes until the answer is there."""
        async with asyncio.timeout(60):
            while not answer.done():
                self.take(rewrite)
                await asyncio.sleep(0.002)
        self.take(rewrite)
        found: dict[str, Any] = await answer
        return found

    async def progressed(self, messages: int) -> None:
        async with asyncio.timeout(30):
            while len(self.window.progress) < messages:
                await asyncio.sleep(0.002)


def span(first: int, last: int) -> dict[str, Any]:
    return {"start": {"line": first, "character": 0}, "end": {"line": last, "character": 0}}
