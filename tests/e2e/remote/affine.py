"""A router of a few lines in front of several servers, as docs/scale.md has nginx do it: TLS to the users, plain HTTP behind,
and whoever names a session is always sent to the same server.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ssl
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from e2e.fault_server import listening
from symbiote.engine.remote.request import SESSION


@dataclass
class Affine:
    """`sent` has the session and the number of the server for each request."""

    ports: Sequence[int]
    port: int = 0
    sent: list[tuple[str, int]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode("latin-1").split("\r\n")
            pairs = (line.partition(":") for line in lines[1:] if line)
            headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            session = headers.get(SESSION.lower(), "")
            number = hashlib.sha256(session.encode()).digest()[0] % len(self.ports)
            if not lines[0].startswith("HEAD"):
                self.sent.append((session, number))
            closing = head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            await _pass_on(self.ports[number], closing + body, writer)


async def _pass_on(port: int, asked: bytes, writer: asyncio.StreamWriter) -> None:
    behind, to = await asyncio.open_connection("127.0.0.1", port)
    with contextlib.closing(to):
        to.write(asked)
        while part := await behind.read(65_536):
            writer.write(part)
            await writer.drain()


@contextlib.asynccontextmanager
async def affine(ports: Sequence[int], secure: ssl.SSLContext) -> AsyncGenerator[Affine, None]:
    made = Affine(ports)
    async with listening(made.serve, secure) as made.port:
        yield made
