"""Frames survive any chunking; nonsense ends in a typed error, never in an endless read or a big buffer."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.errors import WireError
from symbiote.wire import framing
from symbiote.wire.framing import Body, Dropped, frame, frames, parse

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
messages = st.dictionaries(st.sampled_from(["a", "text", "é", "\ud800"]), json_values)


def read(*chunks: bytes) -> list[Body | Dropped]:
    async def all_of_them() -> list[Body | Dropped]:
        reader = asyncio.StreamReader(limit=framing.MAX_HEADER)
        for chunk in chunks:
            reader.feed_data(chunk)
        reader.feed_eof()
        return [message async for message in frames(reader)]

    return asyncio.run(all_of_them())


def bodies(*chunks: bytes) -> list[bytes]:
    return [message.raw for message in read(*chunks) if isinstance(message, Body)]


@settings(max_examples=60, deadline=None)
@given(st.lists(messages, max_size=4), st.lists(st.integers(1, 60), max_size=40))
def test_any_chunking_gives_the_same_messages(sent: list[object], cuts: list[int]) -> None:
    stream, chunks = b"".join(frame(message) for message in sent), []
    for cut in cuts:
        chunks.append(stream[:cut])
        stream = stream[cut:]
    got = [parse(raw) for raw in bodies(*filter(None, [*chunks, stream]))]
    assert got == sent


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.binary(max_size=30) | st.sampled_from([b"\r\n", b"\r\n\r\n", b"Content-Length: 3\r\n"])
    )
)
def test_garbage_ends(chunks: list[bytes]) -> None:
    with contextlib.suppress(WireError):
        read(*filter(None, chunks))


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"Content-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"content-length:2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 2\n\n{}", [b"{}"]),
        (b"Content-Type: x\r\nContent-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 0\r\n\r\nContent-Length: 2\r\n\r\n[]", [b"", b"[]"]),
        (b"Content-Length: -4\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: x\r\n\r\n\r\nContent-Length: 2\r\n\r\n{}", [b"{}"]),
        (b"Content-Length: 3\r\n\r\n{}", []),
        (b"Content-Length: 2\r\n\r\n{}left over Content-Length: 2\r\n\r\n[]", [b"{}", b"[]"]),
        (b"", []),
        (b"Content-Len", []),
    ],
    ids=[
        "plain", "lower case", "line feeds", "two headers", "empty body", "negative",
        "two strikes", "cut short", "back in step", "nothing", "half a header",
    ],
)  # fmt: skip
def test_headers(stream: bytes, expected: list[bytes]) -> None:
    assert bodies(stream) == expected


@pytest.mark.parametrize(
    "stream",
    [
        b"nonsense\r\n\r\n" * 3,
        b"Content-Length: " + b"9" * 5_000,
        b"X: " + b"y" * 200_000,
        b"X: y\r\n" * 2_000,
        b"Content-Length: 8000000000\r\n\r\n{",
    ],
    ids=["three strikes", "5,000 digits", "long line", "many lines", "8 GB"],
)
def test_what_ends_a_connection(stream: bytes) -> None:
    with pytest.raises(WireError):
        read(stream)


def test_a_body_that_is_too_long_leaves_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "MAX_BODY", 20_000)
    document = {
        "uri": "file:///a%20b.py",
        "languageId": "python",
        "version": 7,
        "text": 'fake = {"uri": "file:///other.py"}\n' * 1_000,
    }
    said = {"method": "textDocument/didOpen", "params": {"textDocument": document}}
    backwards = {"method": "x", "params": {"textDocument": dict(reversed(document.items()))}}
    first, second, third = read(frame(said), frame(backwards), frame({"id": "q"}))
    assert isinstance(first, Dropped)
    assert isinstance(second, Dropped)
    assert first.member("method") == "textDocument/didOpen"
    for dropped in (first, second):
        assert dropped.member("uri") == "file:///a%20b.py"
        assert dropped.member("languageId") == "python"
        assert dropped.member("version") == 7
        assert dropped.member("id") is None
    assert third == Body(b'{"id":"q"}')


def test_lone_surrogates_survive() -> None:
    escaped = b'{"text": "a\\ud83d b"}'
    encoded = b'{"text": "a\xed\xa0\xbd b"}'
    assert parse(escaped) == parse(encoded) == {"text": "a\ud83d b"}
    assert parse(frame({"text": "\ude00"}).partition(b"\r\n\r\n")[2]) == {"text": "\ude00"}


@pytest.mark.parametrize(
    "raw",
    [
        b"{", b"", b"{'a': 1}", b"\xff\xfe", b"[" * 65 + b"]" * 65, b"[" * 200_000 + b"]" * 200_000,
        b'{"a":' * 100 + b"1" + b"}" * 100,
    ],
)  # fmt: skip
def test_unparsable(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse(raw)


def test_many_brackets_in_a_text_are_not_depth() -> None:
    assert parse(json.dumps({"text": "[" * 100_000}).encode())["text"] == "[" * 100_000
    assert parse(b"[" * 64 + b"]" * 64)
