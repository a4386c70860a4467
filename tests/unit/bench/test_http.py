"""The client reads every kind of body, keeps the connection where it may, and fails in one way only."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.bench.http import Connection, HttpError, head, parts
from unit.bench.fake_server import raw, serving


def read(headers: dict[str, str], *chunks: bytes) -> bytes:
    async def whole() -> bytes:
        reader = asyncio.StreamReader()
        for chunk in chunks:
            reader.feed_data(chunk)
        reader.feed_eof()
        return b"".join([part async for part in parts(reader, headers)])

    return asyncio.run(whole())


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(min_size=1, max_size=40), max_size=6))
def test_a_chunked_body_is_put_together(pieces: list[bytes]) -> None:
    wire = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    body = read({"transfer-encoding": "chunked"}, wire, b"0\r\nTrailer: x\r\n\r\n")
    assert body == b"".join(pieces)


def test_bodies_of_a_length_and_up_to_the_end() -> None:
    assert read({"content-length": "3"}, b"abcdef") == b"abc"
    assert read({}, b"abc", b"def") == b"abcdef"
    with pytest.raises(asyncio.IncompleteReadError):
        read({"content-length": "9"}, b"abc")


def test_a_head_is_read_up_to_its_empty_line() -> None:
    async def of(wire: bytes) -> tuple[int, dict[str, str]]:
        reader = asyncio.StreamReader()
        reader.feed_data(wire)
        reader.feed_eof()
        return await head(reader)

    wire = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nX: a: b\r\n\r\nabc"
    assert asyncio.run(of(wire)) == (200, {"content-length": "3", "x": "a: b"})
    for wrong in (b"SMTP ready\r\n\r\n", b"\r\n\r\n", b"HTTP/1.1 two\r\n\r\n"):
        with pytest.raises(ValueError):
            asyncio.run(of(wrong))
    with pytest.raises(ValueError):
        asyncio.run(of(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 999))


def test_one_connection_serves_many_requests() -> None:
    async def twice() -> tuple[bytes, int]:
        async with serving(lambda _: "hi") as server:
            connection = Connection("127.0.0.1", server.port)
            await connection.whole("GET", "/health")
            body = await connection.whole("POST", "/infill", b'{"stream": true}')
            connection.hang_up()
            return body, server.connections

    body, connections = asyncio.run(twice())
    assert body.startswith(b"data:")
    assert connections == 1


def test_leaving_early_hangs_up_and_the_next_request_works() -> None:
    async def aborted() -> tuple[int, bytes]:
        async with serving(lambda _: "hi" * 50) as server:
            connection = Connection("127.0.0.1", server.port)
            async with contextlib.aclosing(
                connection.body("POST", "/infill", b'{"stream": true}')
            ) as incoming:
                await anext(incoming)
            body = await connection.whole("POST", "/infill", b'{"stream": false}')
            connection.hang_up()
            return server.connections, body

    connections, body = asyncio.run(aborted())
    assert connections == 2
    assert b"hihi" in body


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 3\r\n\r\nbad",
        b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_every_failure_is_one_error(answer: bytes) -> None:
    async def asked() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            writer.close()

        async with raw(serve) as port:
            await Connection("127.0.0.1", port).whole("GET", "/")

    with pytest.raises(HttpError):
        asyncio.run(asked())


def test_nobody_listening_is_the_same_error() -> None:
    async def asked() -> None:
        async with raw(lambda *_: None) as port:
            pass
        await Connection("127.0.0.1", port).whole("GET", "/")

    with pytest.raises(HttpError):
        asyncio.run(asked())
