"""A provider of a few lines that fails as it is told: the first part of an address names the fault.

Speaks the dialect that the address asks for: chat, completions, fill-in-the-middle or Anthropic's messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from e2e.fault_rows import LAST, ROWS, Asked

DIALECTS = {
    "/chat/completions": "chat",
    "/fim/completions": "chat",
    "/completions": "completions",
    "/v1/messages": "anthropic",
    "/": "none",
}


@dataclass
class FaultServer:
    """`hung_up` is set when a client closes its connection before its answer is whole; `open` counts answers under way."""

    port: int = 0
    connections: int = 0
    open: int = 0
    asked: list[Asked] = field(default_factory=list)
    hung_up: asyncio.Event = field(default_factory=asyncio.Event)

    def url(self, fault: str, scheme: str = "http") -> str:
        return f"{scheme}://127.0.0.1:{self.port}/{fault}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while (asked := await _request(reader, writer)) is not None:
                if asked.method == "HEAD":
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    continue
                self.asked.append(asked)
                self.open += 1
                row = asyncio.ensure_future(ROWS[asked.fault](asked))
                closed = asyncio.ensure_future(reader.read(1))
                try:
                    await asyncio.wait((row, closed), return_when=asyncio.FIRST_COMPLETED)
                    if not row.done():
                        self.hung_up.set()
                        return
                    row.result()
                    if asked.fault in LAST:
                        return
                finally:
                    self.open -= 1
                    row.cancel()
                    closed.cancel()
                    await asyncio.gather(row, closed, return_exceptions=True)
        except (
            ConnectionError,
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            ValueError,
        ):
            self.hung_up.set()
        finally:
            writer.close()


async def _request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Asked | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except asyncio.IncompleteReadError:
        return None
    method, path, _ = head[0].split(" ")
    pairs = (line.split(": ", 1) for line in head[1:] if line)
    headers = {name.lower(): value for name, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    dialect = next(name for end, name in DIALECTS.items() if path.endswith(end))
    found = json.loads(body) if body else {}
    return Asked(path.split("/")[1], dialect, headers, found, writer, method)


@contextlib.asynccontextmanager
async def faults(secure: ssl.SSLContext | None = None) -> AsyncGenerator[FaultServer, None]:
    """The server on a port of 127.0.0.1."""
    made = FaultServer()
    async with listening(made.serve, secure) as made.port:
        yield made


@contextlib.asynccontextmanager
async def listening(
    serve: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
    secure: ssl.SSLContext | None = None,
) -> AsyncGenerator[int, None]:
    """A port of 127.0.0.1 that is served; who is connected still is sent home at the end."""
    tasks: set[asyncio.Task[Any]] = set()

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        with contextlib.suppress(asyncio.CancelledError):
            await serve(reader, writer)

    server = await asyncio.start_server(kept, "127.0.0.1", 0, ssl=secure)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
