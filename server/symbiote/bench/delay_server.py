"""A server that knows the providers' ways of streaming and nothing else: it waits as long as it is told, and says words.

What is measured against it is named "simulated" wherever it is shown: it says what this program adds to given delays and what
queues do to them, and nothing about any provider.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import random
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

from symbiote.engine.remote.request import SESSION

WORD = " word"
TOKENS = 64
"""What an answer has, unless the request's limit is lower."""
DIALECTS = {
    "/fim/completions": "chat",
    "/chat/completions": "chat",
    "/completions": "completions",
    "/v1/messages": "anthropic",
}
PARTS_PER_SECOND = 50
"""Writes: tokens that fall between two of them go together, as they do on a network."""
END = b"0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Delays:
    """Median seconds to the first token, log-normal with the deviation `spread` of its logarithm; tokens a second after it.

    `slots` requests are served at once, the others wait in their order; 0 is no limit.
    """

    first: float
    rate: float
    spread: float = 0.25
    slots: int = 0

    def draw(self, rng: random.Random) -> float:
        """Seconds to one first token."""
        return self.first * math.exp(rng.gauss(0.0, self.spread))


@dataclass(slots=True)
class Served:
    """One request: seconds that it waited for a slot and was served. `session` is its affinity header."""

    session: str
    waited: float
    served: float = 0.0
    whole: bool = False


@dataclass
class DelayServer:
    """Delays by the first part of the path. `served` has the requests in the order in which their service began."""

    delays: dict[str, Delays]
    seed: int = 0
    port: int = 0
    requests: int = 0
    served: list[Served] = field(default_factory=list)
    _slots: dict[str, asyncio.Semaphore] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)  # noqa: S311 - the same delays for everybody is the point
        self._slots = {
            name: asyncio.Semaphore(one.slots) for name, one in self.delays.items() if one.slots
        }

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it is closed."""
        gone = OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError
        begun: bytes | None = b""
        with contextlib.suppress(*gone), contextlib.closing(writer):
            while begun is not None:
                begun = await self._request(reader, writer, begun)

    async def _request(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes
    ) -> bytes | None:
        """Answer one request, of which `begun` was read. What was read of the next one, None when the client has gone."""
        method, path, headers = await _head(reader, begun)
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        name = path.split("/")[1]
        dialect = next((ways for end, ways in DIALECTS.items() if path.endswith(end)), "")
        if method != "POST" or not dialect or name not in self.delays:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return b""
        self.requests += 1
        limit = json.loads(body).get("max_tokens", TOKENS)
        session = headers.get(SESSION.lower(), "")
        says = self._answer(writer, name, dialect, min(int(limit), TOKENS), session)
        answer, closed = asyncio.create_task(says), asyncio.create_task(reader.read(1))
        try:
            await asyncio.wait((answer, closed), return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                return None
            answer.result()
            return (closed.result() or None) if closed.done() else b""
        finally:
            closed.cancel()
            answer.cancel()
            await asyncio.gather(answer, closed, return_exceptions=True)

    async def _answer(
        self, writer: asyncio.StreamWriter, name: str, dialect: str, tokens: int, session: str
    ) -> None:
        delays, asked = self.delays[name], time.monotonic()
        first = delays.draw(self._rng)
        async with self._slots.get(name) or contextlib.nullcontext():
            began = time.monotonic()
            one = Served(session, began - asked)
            self.served.append(one)
            try:
                await asyncio.sleep(first)
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n"
                )
                await _say(writer, dialect, tokens, delays.rate, began + first)
                one.whole = True
            finally:
                one.served = time.monotonic() - began


async def _say(
    writer: asyncio.StreamWriter, dialect: str, tokens: int, rate: float, first: float
) -> None:
    """Tokens at their times: the first at `first`, `time.monotonic()`."""
    step, said = max(1, round(rate / PARTS_PER_SECOND)), 0
    while said < tokens:
        now = 1 if not said else min(step, tokens - said)
        said += now
        await asyncio.sleep(max(0.0, first + (said - 1) / rate - time.monotonic()))
        writer.write(_chunk(_piece(dialect) * now))
        await writer.drain()
    writer.write(_chunk(_ending(dialect, tokens)) + END)
    await writer.drain()


async def _head(reader: asyncio.StreamReader, begun: bytes) -> tuple[str, str, dict[str, str]]:
    """Method, path and headers, names in lower case. Raises ValueError or `asyncio.IncompleteReadError`."""
    lines = (begun + await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, path, _ = lines[0].split(" ")
    pairs = (line.partition(":") for line in lines[1:] if line)
    return method, path, {name.strip().lower(): value.strip() for name, _, value in pairs}


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def _event(data: object, name: str = "") -> bytes:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def _piece(dialect: str) -> bytes:
    if dialect == "anthropic":
        delta = {"type": "text_delta", "text": WORD}
        return _event(
            {"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta"
        )
    piece: dict[str, Any] = {"delta": {"content": WORD}}
    if dialect == "completions":
        piece = {"text": WORD}
    return _event({"choices": [{"index": 0, **piece, "finish_reason": None}]})


def _ending(dialect: str, tokens: int) -> bytes:
    if dialect == "anthropic":
        delta = {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}
        end = _event({**delta, "usage": {"output_tokens": tokens}}, "message_delta")
        return end + _event({"type": "message_stop"}, "message_stop")
    empty: dict[str, Any] = {"text": ""} if dialect == "completions" else {"delta": {}}
    end = _event({"choices": [{"index": 0, **empty, "finish_reason": "stop"}]})
    usage = {"prompt_tokens": 0, "completion_tokens": tokens}
    return end + _event({"choices": [], "usage": usage}) + _event("[DONE]")


@contextlib.asynccontextmanager
async def delay_server(
    delays: dict[str, Delays], seed: int = 0
) -> AsyncGenerator[DelayServer, None]:
    """The server on a port of 127.0.0.1, in this process."""
    made, tasks = DelayServer(delays, seed), set[asyncio.Task[Any]]()

    async def kept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        with contextlib.suppress(asyncio.CancelledError):
            await made.serve(reader, writer)

    listening = await asyncio.start_server(kept, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
