"""Messages into bytes, and out of a stream of them with bounds: headers, bodies, nesting, nonsense.

Knows JSON-RPC's envelope, not what is inside.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any

from symbiote.core.errors import WireError

MAX_HEADER = 4_096
MAX_BODY = 16_000_000
"""Bytes. A longer body is read and dropped, except for its ends, which may tell what it was."""
MAX_DRAIN = 1_000_000_000
"""Bytes. An announcement beyond this is taken for nonsense, and the connection is closed."""
MAX_DEPTH = 64
STRIKES = 3
"""So many broken headers in a row, and the connection is closed."""
ENDS = 4_096
CHUNK = 262_144

_LENGTH = re.compile(rb"content-length:[ \t]*(\d{1,19})[ \t]*\r?\n\Z", re.IGNORECASE)
_MEMBER = r'"{}"\s*:\s*(?:"((?:[^"\\]|\\.)*)"|(-?\d+))'


@dataclass(frozen=True, slots=True)
class Body:
    """One message, still in bytes."""

    raw: bytes


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message too long to be taken in: its two ends."""

    head: bytes
    tail: bytes

    def member(self, name: str) -> str | int | None:
        """A member's value, if it stands near either end.

        Inside a document's text a quote is escaped, so what matches is a member, at whatever depth.
        """
        pattern = re.compile(_MEMBER.format(name))
        for part in (self.head, self.tail):
            if found := pattern.search(part.decode("utf-8", "replace")):
                text, number = found.groups()
                return int(number) if text is None else _unescaped(text)
        return None


def frame(message: Mapping[str, Any]) -> bytes:
    """A message as it goes over the wire: pure ASCII, so that any text survives."""
    body = json.dumps(message, separators=(",", ":")).encode("ascii")
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


async def frames(reader: asyncio.StreamReader) -> AsyncGenerator[Body | Dropped, None]:
    """Messages until the peer hangs up. Raises `WireError` when it does not speak the protocol."""
    strikes = 0
    while (length := await _header(reader)) is not None:
        if length < 0:
            strikes += 1
            if strikes >= STRIKES:
                raise WireError("three broken headers in a row")
        elif length <= MAX_BODY:
            strikes = 0
            if (raw := await _exactly(reader, length)) is None:
                return
            yield Body(raw)
        elif length <= MAX_DRAIN:
            strikes = 0
            if (dropped := await _drain(reader, length)) is None:
                return
            yield dropped
        else:
            raise WireError("an impossible Content-Length")


def parse(raw: bytes) -> Any:
    """JSON as `json` reads it: lone surrogates, escaped or encoded, survive. Raises `ValueError`."""
    try:
        message = json.loads(raw.decode("utf-8", "surrogatepass"))
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if raw.count(b"{") + raw.count(b"[") > MAX_DEPTH and _depth_over(message, MAX_DEPTH):
        raise ValueError("nested too deeply")
    return message


async def _header(reader: asyncio.StreamReader) -> int | None:
    """The announced length; -1 for a header without a usable one; None at the end of the stream."""
    length, size = -1, 0
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except asyncio.LimitOverrunError as error:
            raise WireError("a header line without end") from error
        size += len(line)
        if size > MAX_HEADER:
            raise WireError("a header without end")
        if line in (b"\r\n", b"\n"):
            return length
        if found := _LENGTH.search(
            line
        ):  # searched, not matched: finds back into a stream out of step
            length = int(found[1])


async def _exactly(reader: asyncio.StreamReader, length: int) -> bytes | None:
    try:
        return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


async def _drain(reader: asyncio.StreamReader, length: int) -> Dropped | None:
    head, tail = b"", b""
    while length:
        part = await reader.read(min(CHUNK, length))
        if not part:
            return None
        length -= len(part)
        head = (head + part[:ENDS])[:ENDS]
        tail = (tail + part[-ENDS:])[-ENDS:]
    return Dropped(head, tail)


def _depth_over(message: Any, limit: int) -> bool:
    level = [message]
    for _ in range(limit):
        level = [
            inner
            for thing in level
            if isinstance(thing, (dict, list))
            for inner in (thing.values() if isinstance(thing, dict) else thing)
            if isinstance(inner, (dict, list))
        ]
        if not level:
            return False
    return True


def _unescaped(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text
