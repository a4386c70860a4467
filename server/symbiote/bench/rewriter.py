"""A window that asks the daemon for rewrites and shows them: it applies what is told, and tells the server of it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field
from typing import Any

from symbiote.bench.edits import Edit
from symbiote.bench.ours import CANCELLED, ready
from symbiote.core.errors import UserError
from symbiote.rehearsal import until
from symbiote.wire.client import Client, Refused, client

PATIENT = 60.0
"""Seconds for one rewrite."""
TYPING = 0.3
"""Seconds from the first letter of an intention to its Enter, at the least: that long a model reads ahead."""
QUIET = 0.03
"""Seconds after a cancelled rewrite's answer in which nothing more of it may be heard."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One that ended. Milliseconds from asking: `first` to the first changed text, None where none came; `whole` to the answer.

    `result` is the server's (docs/protocol.md), `text` the region's lines in the window's document.
    """

    edit: Edit
    first: float | None
    whole: float
    result: dict[str, Any]
    text: tuple[str, ...]


@dataclass(slots=True)
class _Shown:
    """A document as its editor holds it; `heard` are the times of messages, `changed` that of the first with other text."""

    window: Client
    uri: str
    lines: list[str]
    version: int = 1
    start: int = 0
    size: int = 0
    heard: list[float] = field(default_factory=list)
    changed: float | None = None

    def take(self, told: dict[str, Any]) -> None:
        self.heard.append(time.monotonic())
        if told["region"] is not None:
            self.start = told["region"]["start"]
            self.size = told["region"]["end"] - self.start
        first, new = self.start + told["at"], told["insert"]
        last = first + told["remove"]
        if self.lines[first:last] == new:
            return
        self.changed = self.changed or self.heard[-1]
        self.lines[first:last] = new
        self.size += len(new) - told["remove"]
        self.version += 1
        place = {
            "start": {"line": first, "character": 0},
            "end": {"line": last, "character": 0},
        }
        change = {"range": place, "text": "".join(f"{line}\n" for line in new)}
        document = {"uri": self.uri, "version": self.version}
        self.window.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    @property
    def region(self) -> tuple[str, ...]:
        return tuple(self.lines[self.start : self.start + self.size])


class Rewriter:
    """One window. Every rewrite has a document of its own, which is closed when it has ended."""

    def __init__(self) -> None:
        self.window: Client | None = None
        self._shown: dict[str, _Shown] = {}
        self._numbers = itertools.count(1)

    def hear(self, method: str, params: Any) -> None:
        if method == "symbiote/rewriteProgress" and params["rewrite"] in self._shown:
            self._shown[params["rewrite"]].take(params)

    async def rewrite(self, edit: Edit, *, warm: bool = False) -> Rewrite:
        """Ask for one and wait for its end; with `warm` the model reads ahead while the intention is typed."""
        async with self._open(edit) as (shown, asking):
            if warm:
                self._client.notify(
                    "symbiote/rewriteWarm", {n: asking[n] for n in ("textDocument", "range")}
                )
                await asyncio.sleep(TYPING)
            began = time.monotonic()
            _, answer = self._client.ask("symbiote/rewrite", asking)
            async with asyncio.timeout(PATIENT):
                result = await answer
            whole = time.monotonic() - began
            first = (shown.changed - began) * 1000 if shown.changed is not None else None
            return Rewrite(edit, first, whole * 1000, result, shown.region)

    async def cancel(self, edit: Edit, after: float) -> float | None:
        """Ask for one, cancel it `after` so many seconds: milliseconds until the last word of it; None where it had ended."""
        async with self._open(edit) as (shown, asking):
            number, answer = self._client.ask("symbiote/rewrite", asking)
            await asyncio.sleep(after)
            if answer.done():
                await answer
                return None
            began = time.monotonic()
            self._client.cancel(number)
            try:
                async with asyncio.timeout(PATIENT):
                    await answer
            except Refused as refused:
                if refused.code != CANCELLED:
                    raise
            else:
                return None
            silent = time.monotonic()
            await asyncio.sleep(QUIET)
            return (max(silent, *shown.heard, began) - began) * 1000

    @property
    def _client(self) -> Client:
        assert self.window is not None
        return self.window

    @contextlib.asynccontextmanager
    async def _open(self, edit: Edit) -> AsyncGenerator[tuple[_Shown, dict[str, Any]]]:
        """A new document with nothing going on beside it, and what to ask for."""
        name = f"bench-{next(self._numbers)}"
        uri = f"file:///bench/{name}.py"
        shown = self._shown[name] = _Shown(self._client, uri, edit.text.split("\n"))
        self._client.open(uri, edit.text)
        # Whoever selects lines has stopped typing: what is prepared then has been prepared.
        await until(self._client, lambda state: not state["window"]["preparing"])
        asking = {
            "textDocument": {"uri": uri},
            "range": {
                "start": {"line": edit.start, "character": 0},
                "end": {"line": edit.end, "character": 0},
            },
            "rewrite": name,
            "intention": edit.words,
        }
        try:
            yield shown, asking
        finally:
            del self._shown[name]
            self._client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


@contextlib.asynccontextmanager
async def rewriter(model: str, first: Sequence[Edit]) -> AsyncGenerator[Rewriter]:
    """A window of the daemon whose model for rewrites has been loaded by a rewrite of `first`. Raises `UserError`."""
    made = Rewriter()
    settings = {"learnWhenToShow": False, "rewriteModel": model}
    async with client(settings=settings, on_notify=made.hear) as made.window:
        await ready(made.window)
        for edit in first:
            result = (await made.rewrite(edit)).result
            if result["reason"] in NO_MODEL:
                raise UserError(f"No model rewrites: {result['detail']}")
        yield made


NO_MODEL = ("no_rewrite_model", "loading", "refused", "internal")
