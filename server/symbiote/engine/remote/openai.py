"""The OpenAI-compatible endpoints, chat and completions, as a dozen servers speak them.

https://platform.openai.com/docs/api-reference/chat/create-streaming
"""

from __future__ import annotations

from typing import Any

from symbiote.engine.port import End
from symbiote.engine.remote.errors import Fault, Kind, from_error
from symbiote.engine.remote.provider import Part, Provider, count, parsed, table
from symbiote.engine.remote.request import Request
from symbiote.engine.remote.sse import Event

STOPS = 4
"""More are an error to OpenAI; the others are looked for here."""
ENDS = {"length": End.LIMIT, "max_tokens": End.LIMIT, "model_length": End.LIMIT}
FILTERED = "content_filter"


def read(event: Event) -> Part:
    """What an event says; `choices` is empty in the one that brings the usage."""
    if event.data.strip() == "[DONE]":
        return Part(last=True)
    found = parsed(event)
    if found.get("error") or event.name == "error":
        raise from_error(found.get("error") or found)
    if not isinstance(found.get("choices", []), list):
        raise Fault(Kind.PROTOCOL, "choices that are no list")
    choice = table(next(iter(found.get("choices", [])), None))
    text = table(choice.get("delta")).get("content") or choice.get("text") or ""
    if not isinstance(text, str):
        raise Fault(Kind.PROTOCOL, "a text that is none")
    reason = choice.get("finish_reason")
    if reason == FILTERED:
        raise Fault(Kind.REFUSED, "its filter ended the answer")
    if reason == "error":  # OpenRouter, when the server behind it fails
        raise Fault(Kind.OVERLOADED)
    usage = table(found.get("usage") or table(found.get("x_groq")).get("usage"))
    return Part(
        text,
        ENDS.get(str(reason), End.EOG) if reason else None,
        count(usage.get("prompt_tokens")),
        _cached(usage),
        count(usage.get("completion_tokens")),
    )


def _cached(usage: dict[str, Any]) -> int | None:
    """Of the prompt's tokens those that were read before; DeepSeek says it in a field of its own."""
    told = count(table(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return count(usage.get("prompt_cache_hit_tokens")) if told is None else told


def common(request: Request) -> dict[str, Any]:
    """What every endpoint of this kind takes."""
    body: dict[str, Any] = {"max_tokens": request.limit, "temperature": 0}
    if request.stop:
        body["stop"] = list(request.stop[:STOPS])
    return body


def turns(request: Request) -> list[dict[str, str]]:
    """The conversation in OpenAI's terms."""
    return [{"role": turn.role, "content": turn.text} for turn in request.conversation()]


class Chat(Provider):
    """`/chat/completions`."""

    path = "/chat/completions"

    def _body(self, request: Request) -> dict[str, Any]:
        return {"messages": turns(request), **common(request)}

    def _read(self, event: Event) -> Part:
        return read(event)


class Completions(Provider):
    """`/completions`: the prefix goes on, and the suffix is a field of its own where the server knows it."""

    path = "/completions"

    def _body(self, request: Request) -> dict[str, Any]:
        if request.messages:
            raise Fault(Kind.REFUSED, "this endpoint takes no conversation")
        suffix = {"suffix": request.suffix} if request.suffix else {}
        return {"prompt": request.prefix, **suffix, **common(request)}

    def _read(self, event: Event) -> Part:
        return read(event)
