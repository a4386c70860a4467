"""Anthropic's messages: https://docs.anthropic.com/en/api/messages-streaming"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symbiote.engine.port import End
from symbiote.engine.remote import caching
from symbiote.engine.remote.errors import Fault, Kind, from_error
from symbiote.engine.remote.provider import Part, Provider, count, parsed, table
from symbiote.engine.remote.request import Message, Request
from symbiote.engine.remote.sse import Event

VERSION = "2023-06-01"
ENDS = {"max_tokens": End.LIMIT, "model_context_window_exceeded": End.LIMIT}


class Anthropic(Provider):
    """`/v1/messages`. Stops of white space alone are an error there and are looked for here."""

    path = "/v1/messages"

    def _headers(self, key: str) -> dict[str, str]:
        return {"anthropic-version": VERSION, **({"x-api-key": key} if key else {})}

    def _body(self, request: Request) -> dict[str, Any]:
        turns = request.conversation()
        first = caching.worth_keeping(turns)
        system = _system(turns, first)
        others = [
            {"role": turn.role, "content": _kept(turn.text) if number == first else turn.text}
            for number, turn in enumerate(turns, 1)
            if turn.role != "system"
        ]
        body: dict[str, Any] = {"messages": others, "max_tokens": request.limit}
        if system:
            body["system"] = system
        if stops := [stop for stop in request.stop if stop.strip()]:
            body["stop_sequences"] = stops
        return body

    def _read(self, event: Event) -> Part:
        found = parsed(event)
        kind = found.get("type")
        if kind == "error":
            raise from_error(found.get("error"))
        if kind == "message_start":
            return _used(table(found.get("message")).get("usage"))
        if kind == "content_block_delta":
            text = table(found.get("delta")).get("text", "")
            if not isinstance(text, str):
                raise Fault(Kind.PROTOCOL, "a text that is none")
            return Part(text)
        if kind == "message_delta":
            reason = table(found.get("delta")).get("stop_reason")
            if reason == "refusal":
                raise Fault(Kind.REFUSED, "its filter ended the answer")
            part = _used(found.get("usage"))
            part.prompt = None  # told at the beginning; here it may be a sum over tools
            part.end = ENDS.get(str(reason), End.EOG) if reason else None
            return part
        return Part(last=kind == "message_stop")


def _used(told: object) -> Part:
    """`input_tokens` leaves out what was read from the provider's cache or written to it."""
    usage = table(told)
    fresh, cached = (
        count(usage.get("input_tokens")),
        count(usage.get("cache_read_input_tokens")) or 0,
    )
    written = count(usage.get("cache_creation_input_tokens")) or 0
    prompt = None if fresh is None else fresh + cached + written
    generated = count(usage.get("output_tokens"))
    return Part(prompt=prompt, cached=cached, generated=generated, written=written)


def _system(turns: Sequence[Message], kept: int) -> str | list[dict[str, Any]]:
    """The system turns as one text; where what is kept ends among them, as a block that is kept and one that is not."""
    texts = [turn.text for turn in turns if turn.role == "system"]
    if not 0 < kept <= len(texts):
        return "\n\n".join(texts)
    blocks = _kept("\n\n".join(texts[:kept]))
    if rest := texts[kept:]:
        blocks.append({"type": "text", "text": "\n\n".join(rest)})
    return blocks


def _kept(text: str) -> list[dict[str, Any]]:
    """A block up to whose end everything is kept for five minutes.

    https://docs.anthropic.com/en/docs/build-with-claude/prompt-caching
    """
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]
