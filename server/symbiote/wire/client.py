"""A window without an editor: what the command line, the benchmarks and the tests talk to the daemon with."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Any

from symbiote.core.errors import SymbioteError, WireError
from symbiote.core.text import Encoding
from symbiote.wire import address as places
from symbiote.wire.framing import Body, frame, frames, parse
from symbiote.wire.reach import COMMAND, PATIENCE, connect, connect_or_start

PATIENT = 30.0
"""Seconds to wait for any answer."""
LIMIT = 65_536
HERE = {"complete": "build", "rewrite": "build", "localOnly": True}
"""What is asked without an editor stays on this machine, unless somebody says otherwise."""


class Refused(SymbioteError):
    """The server answered with an error; `code` is JSON-RPC's."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{message} ({code})")
        self.code = code


class Client:
    """Speaks to one server over a pair of streams. `on_notify` gets what the server says unasked."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        on_notify: Callable[[str, Any], None] | None = None,
    ) -> None:
        self._writer = writer
        self._on_notify = on_notify
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._reading = asyncio.create_task(self._read(reader))

    async def initialize(
        self,
        settings: Mapping[str, Any] | None = None,
        encodings: Sequence[Encoding] = (Encoding.UTF32,),
        folders: Sequence[str] = (),
        shows: Sequence[str] = (),
        mode: Mapping[str, Any] | None = None,
    ) -> Any:
        """The first exchange of a session. Positions then count in the first of `encodings`.

        `folders` are the URIs of the workspace's, `shows` names what the window shows itself, `mode` says who may answer
        (docs/protocol.md).
        """
        options = {"settings": dict(settings or {}), "shows": list(shows)}
        answer = await self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": None,
                "workspaceFolders": [{"uri": uri, "name": uri} for uri in folders] or None,
                "capabilities": {"general": {"positionEncodings": list(encodings)}},
                "initializationOptions": options | ({"mode": dict(mode)} if mode else {}),
            },
        )
        self.notify("initialized", {})
        return answer

    async def request(self, method: str, params: Any = None, timeout: float = PATIENT) -> Any:
        """Ask and wait. Raises `Refused`, `WireError` when the server hangs up, or `TimeoutError`."""
        _, answer = self.ask(method, params)
        async with asyncio.timeout(timeout):
            return await answer

    def ask(self, method: str, params: Any = None) -> tuple[int, asyncio.Future[Any]]:
        """Ask; the answer comes with the future. The id is for `cancel`."""
        if self._reading.done():
            raise WireError("the server has hung up")
        number = next(self._ids)
        self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({"id": number, "method": method, "params": params})
        return number, self._waiting[number]

    def cancel(self, number: int) -> None:
        self.notify("$/cancelRequest", {"id": number})

    def notify(self, method: str, params: Any = None) -> None:
        self._send({"method": method, "params": params})

    def open(self, uri: str, text: str, language: str = "python", version: int = 1) -> None:
        self.notify(
            "textDocument/didOpen",
            {
                "textDocument": {
                    "uri": uri,
                    "languageId": language,
                    "version": version,
                    "text": text,
                }
            },
        )

    async def leave(self) -> None:
        """Say goodbye as LSP has it, and hang up."""
        with contextlib.suppress(SymbioteError, TimeoutError, OSError):
            await self.request("shutdown", timeout=2.0)
            self.notify("exit")
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    def _send(self, message: Mapping[str, Any]) -> None:
        self._writer.write(frame({"jsonrpc": "2.0", **message}))

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            async with contextlib.aclosing(frames(reader)) as incoming:
                async for message in incoming:
                    if isinstance(message, Body):
                        self._take(parse(message.raw))
        except OSError:
            pass
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(WireError("the server has hung up"))
                    waiting.exception()  # looked at: nobody need await it

    def _take(self, message: Mapping[str, Any]) -> None:
        if "method" in message:
            if self._on_notify is not None:
                self._on_notify(message["method"], message.get("params"))
            return
        waiting = self._waiting.pop(message.get("id") or 0, None)
        if waiting is None or waiting.done():
            return
        if "error" in message:
            waiting.set_exception(Refused(message["error"]["code"], message["error"]["message"]))
        else:
            waiting.set_result(message["result"])


@contextlib.asynccontextmanager
async def client(
    command: Sequence[str] | None = COMMAND,
    settings: Mapping[str, Any] | None = None,
    on_notify: Callable[[str, Any], None] | None = None,
    patience: float = PATIENCE,
    folders: Sequence[str] = (),
    mode: Mapping[str, Any] = HERE,
) -> AsyncGenerator[Client, None]:
    """A session with the daemon, which is started if need be (`command` None: never). `folders` are URIs.

    Raises `PlaceError` when it cannot be had; with `command` None also `OSError` and `WireError`.
    """
    if command is None:
        peer = await asyncio.to_thread(lambda: connect(places.address()))
    else:
        peer = await asyncio.to_thread(connect_or_start, command, patience)
    reader, writer = await asyncio.open_unix_connection(sock=peer, limit=LIMIT)
    window = Client(reader, writer, on_notify)
    try:
        await window.initialize(settings, folders=folders, mode=mode)
        yield window
    finally:
        await window.leave()
