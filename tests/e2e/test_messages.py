"""Bad and unusual input: each gets an error or a silence with its reason, and the session goes on."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from e2e.windows import FAKE, NEOVIM, URI, VS_CODE, Window, asking, raw_session, windows
from symbiote.wire.client import Refused
from symbiote.wire.framing import frame

pytestmark = pytest.mark.asyncio

INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"processId": None, "rootUri": None, "capabilities": {}},
}
STATE = {"jsonrpc": "2.0", "id": "state", "method": "symbiote/state", "params": {}}


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def request(params: Any, id: Any = 7, method: str = "textDocument/inlineCompletion") -> bytes:
    return frame({"jsonrpc": "2.0", "id": id, "method": method, "params": params})


ROWS: list[tuple[str, bytes, Any, int]] = [
    ("not JSON", framed(b"{nonsense"), None, -32700),
    ("empty", framed(b""), None, -32700),
    ("not UTF-8", framed(b'{"a": "\xff"}'), None, -32700),
    ("deep", framed(b"[" * 100_000 + b"]" * 100_000), None, -32700),
    ("null", framed(b"null"), None, -32600),
    ("batch", framed(b"[" + json.dumps(STATE).encode() + b"]"), None, -32600),
    ("no method", framed(b'{"jsonrpc": "2.0", "id": 7}'), 7, -32600),
    ("wrong version", framed(b'{"jsonrpc": "1.0", "id": 7, "method": "x"}'), 7, -32600),
    ("id a float", request({}, 1.5), None, -32600),
    ("id an object", request({}, {}), None, -32600),
    ("unknown method", request({}, 7, "no/such"), 7, -32601),
    ("no params", request(None), 7, -32602),
    ("params a list", request([]), 7, -32602),
    ("trigger kind 7", request(asking(0, 0, kind=7)), 7, -32602),
    ("negative line", request(asking(-1, 0)), 7, -32602),
    ("negative column", request(asking(0, -5)), 7, -32602),
    ("huge line", request(asking(10**30, 0)), 7, -32602),
    (
        "column a word",
        request({**asking(0, 0), "position": {"line": 0, "character": "x"}}),
        7,
        -32602,
    ),
    ("report of a list", request([{"since": 1}, None], 7, "symbiote/report"), 7, -32602),
    ("complete without position", request({}, 7, "symbiote/complete"), 7, -32602),
]


@pytest.mark.parametrize(
    ("said", "id", "code"), [row[1:] for row in ROWS], ids=[r[0] for r in ROWS]
)
async def test_malformed(said: bytes, id: Any, code: int) -> None:
    async with raw_session() as (say, hear):
        say(frame(INITIALIZE))
        assert (await hear())["id"] == 1
        for _ in range(4):
            say(said)
            answer = await hear()
            assert (answer["id"], answer["error"]["code"]) == (id, code)
        say(frame(STATE))
        assert (await hear())["id"] == "state"


async def test_broken_framing_ends_that_connection_only() -> None:
    async with windows() as (a, b):
        a.stdin.write(b"Content-Length: -1\r\n\r\nContent-Length: x\r\n\r\n")
        assert await a.reply("two_strikes") == "reply_two_strikes"
        a.stdin.write(b"nonsense\r\n\r\n" * 3)
        assert await asyncio.wait_for(a.process.wait(), 10) == 0
        assert await b.reply("still_there") == "reply_still_there"


@pytest.mark.parametrize(
    "said",
    [b"x" * 10_000, b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\n"],
    ids=["line", "digits"],
)
async def test_endless_header(said: bytes) -> None:
    async with raw_session() as (say, hear):
        say(said)
        assert await hear() is None


async def test_requests_before_initialize_and_after_shutdown() -> None:
    async with raw_session() as (say, hear):
        say(frame(STATE))
        assert (await hear())["error"]["code"] == -32002
        say(frame(INITIALIZE))
        assert "result" in await hear()
        say(frame({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}))
        assert (await hear()) == {"jsonrpc": "2.0", "id": 2, "result": None}
        say(frame(STATE))
        assert (await hear())["error"]["code"] == -32600
        say(frame({"jsonrpc": "2.0", "method": "exit"}))
        assert await hear() is None


@pytest.mark.parametrize(
    ("before", "line", "utf16", "utf8"),
    [
        ("\x0c\n\u2028\u2029x\nname = ", 2, 7, 7),
        ("\x0b\x1c\x85\r\nname = ", 1, 7, 7),
        ("a\rb\r\nc\nname = ", 3, 7, 7),
        ("# é\n🙂🙂 name = ", 1, 12, 16),
        ("👩‍💻 = '中'; name = ", 0, 20, 28),
        ("\x00 name = ", 0, 9, 9),
        ("\ufeffname = ", 0, 8, 10),
    ],
    ids=[
        "form feed",
        "separators",
        "line ends",
        "emoji",
        "joined emoji",
        "zero",
        "byte order mark",
    ],
)
async def test_unusual_text_before_the_cursor(
    before: str, line: int, utf16: int, utf8: int
) -> None:
    async with windows(2, FAKE, (VS_CODE, NEOVIM)) as pair:
        for one, column in zip(pair, (utf16, utf8), strict=True):
            await completes(one, before, line, column)


async def completes(one: Window, before: str, line: int, column: int) -> None:
    await one.type(before + "\nafter = 1\n")
    _, asked = one.ask(line, column)
    [item] = await asked
    assert item["insertText"] == "reply_name"
    at = {"line": line, "character": column}
    assert item["range"] == {"start": at, "end": at}
    _, beyond = one.ask(line, column + 1)
    assert await beyond == []
    assert await one.silence() == "outside"


async def test_lone_surrogates() -> None:
    async with windows() as (a, b):
        await a.type("s = '\ud83d'; name = ")
        _, asked = a.ask(0, 16)
        [item] = await asked
        assert item["insertText"] == "reply_name"
        assert item["range"]["start"] == {"line": 0, "character": 16}
        halves = [
            {"range": between(0, 5, 6), "text": "\ud83d"},
            {"range": between(0, 6, 6), "text": "\ude00"},
        ]
        for version, half in enumerate(halves, start=2):
            a.client.notify("textDocument/didChange", change(version, [half]))
        assert await a.suggestion(0, 17) == "reply_name"
        assert await b.reply("other") == "reply_other"


def between(line: int, start: int, end: int) -> dict[str, Any]:
    return {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}}


def change(version: int, changes: list[dict[str, Any]], uri: str = URI) -> dict[str, Any]:
    return {"textDocument": {"uri": uri, "version": version}, "contentChanges": changes}


async def test_documents_that_are_not_there() -> None:
    async with windows() as (a, b):
        assert await a.suggestion(0, 0, "file:///etc/hostname") is None
        assert await a.silence() == "unknown_document"
        a.client.notify("textDocument/didChange", change(2, [{"text": "x"}], "file:///never.py"))
        a.client.notify("textDocument/didClose", {"textDocument": {"uri": "file:///never.py"}})
        await a.type("name = ")
        for line, column in ((0, 8), (1, 0), (5, 5)):
            assert await a.suggestion(line, column) is None
            assert await a.silence() == "outside"
        assert await b.suggestion(0, 7) is None  # open in the other window only
        a.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        assert await a.suggestion(0, 7) is None
        assert await a.silence() == "unknown_document"


async def test_a_stale_version() -> None:
    async with windows() as (a, _):
        a.client.open(URI, "name = ", version=5)
        a.client.notify(
            "textDocument/didChange", change(5, [{"range": between(0, 0, 0), "text": "x"}])
        )
        assert await a.suggestion(0, 7) is None
        assert await a.silence() == "unknown_document"
        assert await a.reply("opened_again") == "reply_opened_again"
        a.client.notify("textDocument/didChange", change(90, [{"text": "gap = "}]))
        assert await a.suggestion(0, 6) == "reply_gap"


async def test_other_kinds_of_documents() -> None:
    async with windows() as (a, _):
        for uri, language in (
            ("untitled:Untitled-1", "plaintext"),
            ("file:///a.rs", "rust"),
            ("vscode-notebook-cell:/n.ipynb#W0", "python"),
            ("vscode-remote://ssh/a.py", ""),
        ):
            await a.type("name = ", uri, language)
            assert await a.suggestion(0, 7, uri) == "reply_name"
        for method in ("didOpen", "didChange", "didSave", "didClose"):
            a.client.notify(f"notebookDocument/{method}", {"notebookDocument": {"uri": "x"}})
        assert await a.reply("after") == "reply_after"


async def test_large_documents() -> None:
    async with windows() as (a, b):
        await a.type("name = 1\n" * 300_000)
        assert await a.suggestion(0, 7) is None
        assert await a.silence() == "too_large"
        await a.type("x" * 50_000_000, "file:///huge.txt", "plaintext")
        assert await a.suggestion(0, 0, "file:///huge.txt") is None
        assert await a.silence() == "too_large"
        edit = change(2, [{"range": between(0, 0, 1), "text": ""}], "file:///huge.txt")
        a.client.notify("textDocument/didChange", edit)
        with pytest.raises(Refused) as refused:
            await a.client.request("symbiote/complete", {"text": "x" * 17_000_000})
        assert refused.value.code == -32600
        assert await asyncio.gather(a.reply("x"), b.reply("y")) == ["reply_x", "reply_y"]


async def test_a_line_of_a_million_characters() -> None:
    async with windows() as (a, b):
        for letter in ("x", "é", "🙂"):
            await a.type(letter * 1_000_000 + "\nname = ")
            assert await a.suggestion(0, 999_999) is None
            assert await a.silence() == "long_line"
            assert await a.suggestion(1, 7) == "reply_name"
        assert await b.reply("other") == "reply_other"


async def test_a_selected_entry() -> None:
    async with windows() as (a, _):
        await a.type("name = re")
        params = asking(0, 9)
        params["context"]["selectedCompletionInfo"] = {
            "range": between(0, 7, 9),
            "text": "reply",
        }
        items = await a.client.request("textDocument/inlineCompletion", params)
        assert items == [] or items[0]["insertText"].startswith("reply")
