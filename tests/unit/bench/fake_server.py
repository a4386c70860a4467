"""A llama-server of a few lines: answers /infill as it is told to, and counts who hung up."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

TIMINGS = {"prompt_n": 7, "prompt_ms": 5.0, "predicted_n": 3, "predicted_ms": 9.0}


class Server:
    """`say` gives the text for a request; `after` is how many seconds it thinks."""

    def __init__(self, say: Callable[[dict[str, Any]], str], after: float = 0.0) -> None:
        self.port = 0
        self.asked: list[dict[str, Any]] = []
        self.connections = 0
        self.hung_up = 0
        self._say, self._after = say, after

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while request := await _request(reader):
                await self._answer(request, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            self.hung_up += 1
        finally:
            writer.close()

    async def _answer(
        self, request: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.asked.append(request)
        if self._after:
            await asyncio.sleep(self._after)
            if reader.at_eof():
                raise ConnectionResetError
        text = self._say(request)
        if not request.get("stream"):
            body = json.dumps({"content": text, "timings": TIMINGS}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        else:
            events = [{"content": part, "stop": False} for part in text]
            events.append({"content": "", "stop": True, "timings": TIMINGS})
            writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for event in events:
                part = b"data: " + json.dumps(event).encode() + b"\n\n"
                writer.write(b"%x\r\n" % len(part) + part + b"\r\n")
            writer.write(b"0\r\n\r\n")
        await writer.drain()


async def _request(reader: asyncio.StreamReader) -> dict[str, Any] | None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    content = await reader.readexactly(length)
    found: dict[str, Any] = json.loads(content) if content else {"path": head.split()[1].decode()}
    return found


@contextlib.asynccontextmanager
async def serving(
    say: Callable[[dict[str, Any]], str], after: float = 0.0
) -> AsyncGenerator[Server, None]:
    made = Server(say, after)
    async with raw(made.serve) as port:
        made.port = port
        yield made


@contextlib.asynccontextmanager
async def raw(serve: Any) -> AsyncGenerator[int, None]:
    """A server on a port of 127.0.0.1; whoever is still connected is let go at the end."""
    tasks: set[asyncio.Task[Any]] = set()

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await serve(reader, writer)
        except asyncio.CancelledError:
            writer.close()

    listening = await asyncio.start_server(kept, "127.0.0.1", 0)
    try:
        yield listening.sockets[0].getsockname()[1]
    finally:
        listening.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
