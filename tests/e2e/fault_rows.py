"""The faults of `fault_server`, each a row by its name: what is written to whoever asked."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

TEXT = ("return ", "a + ", "ü𝄞b")
ANSWER = "".join(TEXT)
PROMPT_TOKENS, CACHED_TOKENS, TOKENS = 20, 8, 3


@dataclass
class Asked:
    """One request as it came."""

    fault: str
    dialect: str
    headers: dict[str, str]
    body: dict[str, Any]
    writer: asyncio.StreamWriter
    method: str = "POST"


Row = Callable[[Asked], Awaitable[None]]


def event(data: object, name: str = "") -> bytes:
    """One event, as it goes over the wire."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def said(dialect: str, text: str) -> bytes:
    if dialect == "anthropic":
        delta = {"type": "text_delta", "text": text}
        return event(
            {"type": "content_block_delta", "index": 0, "delta": delta}, "content_block_delta"
        )
    piece: dict[str, Any] = {"text": text}
    if dialect != "completions":
        piece = {"delta": {"content": text}}
    return event({"choices": [{"index": 0, **piece, "finish_reason": None}]})


def begun(dialect: str) -> bytes:
    if dialect != "anthropic":
        return b": hello\r\n\r\n"
    fresh = PROMPT_TOKENS - CACHED_TOKENS
    usage = {"input_tokens": fresh, "cache_read_input_tokens": CACHED_TOKENS, "output_tokens": 1}
    start = event({"type": "message_start", "message": {"usage": usage}}, "message_start")
    return start + event({"type": "ping"}, "ping")


def ended(dialect: str, reason: str = "") -> bytes:
    if dialect == "anthropic":
        delta = {"stop_reason": reason or "end_turn"}
        told = {"output_tokens": TOKENS}
        end = event({"type": "message_delta", "delta": delta, "usage": told}, "message_delta")
        return end + event({"type": "message_stop"}, "message_stop")
    empty: dict[str, Any] = {"text": ""} if dialect == "completions" else {"delta": {}}
    usage = {
        "prompt_tokens": PROMPT_TOKENS,
        "completion_tokens": TOKENS,
        "prompt_tokens_details": {"cached_tokens": CACHED_TOKENS},
    }
    end = event({"choices": [{"index": 0, **empty, "finish_reason": reason or "stop"}]})
    return end + event({"choices": [], "usage": usage}) + event("[DONE]")


def failed(dialect: str, kind: str) -> bytes:
    """An error inside a stream that began well."""
    error = {"type": kind, "message": "quoting the key: KEY and the prompt"}
    body = {"type": "error", "error": error} if dialect == "anthropic" else {"error": error}
    return event(body, "error" if dialect == "anthropic" else "")


async def head(asked: Asked, status: str = "200 OK", **headers: str) -> None:
    """A status line with headers, and a chunked body to follow."""
    lines = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    asked.writer.write(f"HTTP/1.1 {status}\r\n{text}\r\n".encode())
    await asked.writer.drain()


async def chunk(asked: Asked, data: bytes) -> None:
    asked.writer.write(b"%x\r\n" % len(data) + data + b"\r\n")
    await asked.writer.drain()


def status(line: str, body: object = None, **headers: str) -> Row:
    """A row that answers with a status and a JSON body which quotes the key it was sent."""

    async def row(asked: Asked) -> None:
        key = asked.headers.get("authorization", "") + asked.headers.get("x-api-key", "")
        quoted = json.dumps(body or {"error": {"message": "no"}}).replace("KEY", key)
        await head(asked, line, Content_Type="application/json", **headers)
        await chunk(asked, quoted.encode())
        asked.writer.write(b"0\r\n\r\n")

    return row


def stream(*steps: Callable[[str], bytes] | float, end: bool = True) -> Row:
    """A row that streams what the steps make for a dialect; a number is a pause in seconds."""

    async def row(asked: Asked) -> None:
        await head(asked)
        for step in steps:
            if isinstance(step, float):
                await asyncio.sleep(step)
            else:
                await chunk(asked, step(asked.dialect))
        if end:
            asked.writer.write(b"0\r\n\r\n")
            await asked.writer.drain()

    return row


def words(dialect: str) -> bytes:
    return b"".join(said(dialect, text) for text in TEXT)


def one(dialect: str) -> bytes:
    return said(dialect, TEXT[0])


async def torn(asked: Asked) -> None:
    """The answer, one byte at a time, and its lines ended the long way."""
    await head(asked)
    whole = begun(asked.dialect) + words(asked.dialect) + ended(asked.dialect)
    for byte in whole.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"):
        await chunk(asked, bytes([byte]))
    asked.writer.write(b"0\r\n\r\n")


async def forever(asked: Asked) -> None:
    await head(asked)
    while True:
        await chunk(asked, said(asked.dialect, "x"))
        await asyncio.sleep(0)


async def silent(asked: Asked) -> None:
    await asyncio.sleep(3600)


async def no_http(asked: Asked) -> None:
    asked.writer.write(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    await asked.writer.drain()


async def page(asked: Asked) -> None:
    await head(asked, Content_Type="text/html; charset=utf-8")
    await chunk(asked, b"<html>please sign in</html>")
    asked.writer.write(b"0\r\n\r\n")


async def packed(asked: Asked) -> None:
    await head(asked, Content_Encoding="gzip")
    await chunk(asked, b"\x1f\x8b" + b"\0" * 64)
    asked.writer.write(b"0\r\n\r\n")


QUOTES = {"error": {"message": "the key KEY is wrong", "type": "authentication_error"}}
MISSING = {"error": {"message": "no such model", "code": "model_not_found"}}
EMPTY = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
LIMITED = {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}
DEAD = {"error": {"message": "overloaded", "type": "overloaded_error"}}

ROWS: dict[str, Row] = {
    "fine": stream(begun, words, ended),
    "torn": torn,
    "cut_short": stream(
        begun, words, lambda d: ended(d, "max_tokens" if d == "anthropic" else "length")
    ),
    "forever": forever,
    "rate_limited": status("429 Too Many Requests", LIMITED, Retry_After="7"),
    "quota": status("429 Too Many Requests", EMPTY),
    "unpaid": status("402 Payment Required"),
    "wrong_key": status("401 Unauthorized", QUOTES),
    "wrong_model": status("404 Not Found", MISSING),
    "too_long": status("400 Bad Request", {"error": {"code": "context_length_exceeded"}}),
    "fault_500": status("500 Internal Server Error"),
    "fault_502": status("502 Bad Gateway"),
    "fault_503": status("503 Service Unavailable", DEAD, Retry_After="3"),
    "error_200": status("200 OK", DEAD),
    "error_inside": stream(begun, one, lambda d: failed(d, "overloaded_error")),
    "silent": silent,
    "stalled": stream(begun, 3600.0),
    "stalled_midway": stream(begun, one, 3600.0),
    "drip": stream(begun, *[step for _ in range(500) for step in (one, 0.02)]),
    "hung_up": stream(begun, one, end=False),
    "ended_early": stream(begun, one),
    "no_json": stream(begun, lambda _: b'data: {"choices": [\n\n'),
    "no_object": stream(begun, lambda _: b"data: 12\n\n"),
    "huge_line": stream(begun, lambda _: b"data: " + b"x" * 200_000),
    "no_utf8": stream(begun, lambda d: said(d, "@").replace(b"@", b"\xff\xfe")),
    "page": page,
    "packed": packed,
    "no_http": no_http,
    "redirect": status("307 Temporary Redirect", Location="https://elsewhere.invalid/"),
}
LAST = {"hung_up", "no_http"}
"""Rows after which the server closes the connection."""
