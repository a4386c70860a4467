"""What the next request begins with as well, and how a provider is told so: it reads that part once, and charges less for it.

The stable part is the run of `stable` turns that a conversation begins with. It is the same to the byte in each request, or it
is of no use; what differs comes after it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from symbiote.engine.remote.request import Message, Request

CHARACTERS = 3.2
"""To a token, about."""
WORTH = 1024
"""Tokens. Providers keep nothing shorter, some models nothing under 4,096; a mark on less than they keep does nothing and
costs nothing."""


def stable(turns: Sequence[Message]) -> tuple[Message, ...]:
    """The stable part of a conversation."""
    end = next((number for number, turn in enumerate(turns) if not turn.stable), len(turns))
    return tuple(turns[:end])


def worth_keeping(turns: Sequence[Message]) -> int:
    """How many turns the stable part has, 0 where it is too short to be kept."""
    found = stable(turns)
    length = sum(len(turn.text.encode()) for turn in found)
    return len(found) if length >= WORTH * CHARACTERS else 0


def name(request: Request) -> str:
    """The same for requests that begin with the same long text, "" for those that do not say how far they do.

    It is made of that text alone, by which it tells the provider nothing new. 32 characters; OpenAI takes 64.
    https://platform.openai.com/docs/guides/prompt-caching
    """
    turns = request.conversation()
    kept = turns[: worth_keeping(turns)]
    if not kept:
        return ""
    mark = hashlib.sha256()
    for turn in kept:
        mark.update(f"{turn.role} {len(turn.text)} {turn.text}".encode())
    return mark.hexdigest()[:32]
