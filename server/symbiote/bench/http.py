"""As much HTTP/1.1 as llama-server needs, over asyncio's streams: one request at a time, kept alive, aborted by hanging up.

Knows nothing of completions.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping

from symbiote.core.errors import SymbioteError

HEAD_LINES = 200
PART = 65_536


class HttpError(SymbioteError):
    """The server hung up, or does not speak HTTP; `status` is 0 then, else the status that was not 200."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Connection:
    """A connection that is made when it is needed, and made again after `hang_up` or a failure."""

    def __init__(self, host: str, port: int) -> None:
        self._host = host
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def body(
        self, method: str, path: str, content: bytes = b""
    ) -> AsyncGenerator[bytes, None]:
        """Send a request; the parts of the answer's body as they come. Raises `HttpError`.

        Leaving the iteration early, or cancelling it, hangs up.
        """
        whole = False
        try:
            reader, writer = await self._open()
            writer.write(_request(method, path, self._host, content))
            await writer.drain()
            status, headers = await head(reader)
            async with contextlib.aclosing(parts(reader, headers)) as incoming:
                if status != 200:
                    said = b"".join([part async for part in incoming])[:300]
                    raise HttpError(f"{status}: {said.decode('utf-8', 'replace')}", status)
                async for part in incoming:
                    yield part
            whole = headers.get("connection", "").lower() != "close"
        except (OSError, asyncio.IncompleteReadError, ValueError) as error:
            raise HttpError(f"{type(error).__name__}: {error}") from error
        finally:
            if not whole:
                self.hang_up()

    async def whole(self, method: str, path: str, content: bytes = b"") -> bytes:
        """The whole body of the answer. Raises `HttpError`."""
        async with contextlib.aclosing(self.body(method, path, content)) as incoming:
            return b"".join([part async for part in incoming])

    def hang_up(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is not None and self._streams[0].at_eof():
            self.hang_up()
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        return self._streams


async def head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers, names in lower case. Raises `ValueError` or `asyncio.IncompleteReadError`."""
    first = (await reader.readuntil(b"\n")).decode("latin-1").split(None, 2)
    if len(first) < 2 or not first[0].startswith("HTTP/1."):
        raise ValueError("not an HTTP answer")
    headers: dict[str, str] = {}
    for _ in range(HEAD_LINES):
        line = (await reader.readuntil(b"\n")).decode("latin-1").strip()
        if not line:
            return int(first[1]), headers
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    raise ValueError("too many headers")


async def parts(
    reader: asyncio.StreamReader, headers: Mapping[str, str]
) -> AsyncGenerator[bytes, None]:
    """The body's parts: chunked, of a given length, or up to the end."""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readuntil(b"\n")).split(b";")[0], 16):
            yield await reader.readexactly(size)
            await reader.readuntil(b"\n")
        while (await reader.readuntil(b"\n")).strip():
            pass  # trailers
    elif "content-length" in headers:
        left = int(headers["content-length"])
        while left:
            part = await reader.read(min(left, PART))
            if not part:
                raise asyncio.IncompleteReadError(b"", left)
            left -= len(part)
            yield part
    else:
        while part := await reader.read(PART):
            yield part


def _request(method: str, path: str, host: str, content: bytes) -> bytes:
    return (
        f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    ).encode("latin-1") + content
