"""Symbiote as a contestant: the real daemon over its socket, in a home of its own."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from typing import Any

from symbiote.bench.replay import Lost, Reply, Withdrawn
from symbiote.bench.screen import View
from symbiote.bench.trace import File, Stroke
from symbiote.core.errors import SymbioteError, UserError
from symbiote.wire.client import Client, Refused, client

CANCELLED = -32800
LOADING = 120.0
"""Seconds for the model to load."""


class Ours:
    """One window of the daemon. `name` keeps the documents of several windows apart."""

    withdraws = True

    def __init__(self, window: Client, name: str = "bench") -> None:
        self._window = window
        self._name = name
        self._versions: list[int] = []

    async def open(self, files: Sequence[File]) -> None:
        """Open the files as they are at the start; what was open under their names is closed first."""
        for number in range(len(self._versions)):
            self._window.notify(
                "textDocument/didClose", {"textDocument": {"uri": self._uri(number)}}
            )
        self._versions = [1] * len(files)
        for number, file in enumerate(files):
            self._window.open(self._uri(number), file.start, language=file.language)

    def edit(self, before: View, stroke: Stroke) -> None:
        self._versions[stroke.file] += 1
        end = View(before.file, before.text, stroke.at + stroke.cut)
        change = {"range": {"start": _place(before), "end": _place(end)}, "text": stroke.put}
        document = {"uri": self._uri(stroke.file), "version": self._versions[stroke.file]}
        self._window.notify(
            "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
        )

    def ask(self, view: View) -> _Ask:
        number, answer = self._window.ask(
            "symbiote/complete",
            {
                "textDocument": {"uri": self._uri(view.file)},
                "position": _place(view),
                "automatic": True,
            },
        )
        return _Ask(self._window, number, answer)

    def took(self, id: str) -> None:
        self._window.ask(
            "workspace/executeCommand", {"command": "symbiote.accepted", "arguments": [id]}
        )

    def _uri(self, file: int) -> str:
        return f"file:///{self._name}/{file}.py"


class _Ask:
    def __init__(self, window: Client, number: int, answer: asyncio.Future[Any]) -> None:
        self._window = window
        self._number = number
        self._answer = answer

    def withdraw(self) -> None:
        if not self._answer.done():
            self._window.cancel(self._number)

    async def reply(self) -> Reply:
        try:
            answer = await self._answer
        except Refused as error:
            if error.code == CANCELLED:
                raise Withdrawn from None
            raise Lost(str(error)) from error
        except SymbioteError as error:
            raise Lost(str(error)) from error
        return read(answer)


def read(answer: dict[str, Any]) -> Reply:
    """The answer of `symbiote/complete` (docs/protocol.md)."""
    timing, tokens = answer["timing_ms"], answer["tokens"]
    return Reply(
        text=answer["text"] or "",
        origin=answer["origin"] or "",
        reason=answer["reason"] or "",
        id=answer["id"],
        evaluated=tokens.get("evaluated", 0),
        generated=tokens.get("generated", 0),
        after_first_ms=timing.get("decode", 0.0) + timing.get("finish", 0.0),
        stages=timing,
    )


@contextlib.asynccontextmanager
async def window(model: str | None, name: str = "bench") -> AsyncGenerator[tuple[Ours, Client]]:
    """A window of the daemon, whose model is ready. Raises `UserError` when it cannot be loaded."""
    settings: dict[str, Any] = {"learnWhenToShow": False}
    settings |= {"model": model} if model else {}
    async with client(settings=settings) as session:
        await ready(session)
        yield Ours(session, name), session


async def ready(session: Client) -> dict[str, Any]:
    """Wait for the model: the daemon's state by then."""
    until = time.monotonic() + LOADING
    while time.monotonic() < until:
        state: dict[str, Any] = await session.request("symbiote/state")
        if state["engine"]["state"] == "ready":
            return state
        if state["engine"]["state"] == "off":
            raise UserError(f"No model is running: {state['engine']['reason']}")
        await asyncio.sleep(0.02)
    raise UserError(f"The model was not loaded within {LOADING:g} s.")


async def pids(session: Client) -> tuple[int, int]:
    """The daemon's process and the engine's."""
    state = await session.request("symbiote/state")
    return int(state["daemon"]["pid"]), int(state["engine"]["pid"])


def _place(view: View) -> dict[str, int]:
    return {"line": view.line, "character": view.column}
