"""What daemon and worker say to each other: one JSON object per line.

    to the worker    {"do": "load", "flag": PATH, "options": {…}}     once, first
                     {"do": "ask", "id": N, …}                        one at a time
    from the worker  {"is": "ready", …} | {"is": "failed", "reason": …}
                     {"is": "delta", "id": N, "text": …, "tokens": N, "drafted": N}
                     {"is": "beat", "id": N}                          a prefill chunk is done
                     {"is": "done" | "cancelled" | "refused" | "broken", "id": N, …}

The end of the worker's input is the order to end at once.
"""

from __future__ import annotations

import json
import math
import time
from typing import Any

import orjson

from symbiote.core.timing import Cost, Timing, Tokens
from symbiote.engine.port import Ask, Done, End, Keep, Piece, Special, Text

LONGEST_LINE = 64 * 1024 * 1024
Message = dict[str, Any]


def pack(message: Message) -> bytes:
    try:
        return orjson.dumps(message) + b"\n"
    except TypeError:  # half a pair of surrogates, which is no UTF-8; editors may send one
        return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes) -> Message:
    """Raises `ValueError` for anything but a JSON object."""
    try:
        message = orjson.loads(line)
    except orjson.JSONDecodeError:
        message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def ask_message(number: int, ask: Ask) -> Message:
    """The deadline travels as seconds left: clocks of two processes need not agree."""
    left = ask.deadline - time.monotonic()
    return {
        "do": "ask",
        "id": number,
        "pieces": [_flat(piece) for piece in ask.pieces],
        "limit": ask.limit,
        "lines": ask.lines,
        "left": None if math.isinf(left) else left,
        "before": ask.before,
        "after": ask.after,
        "heal": ask.heal,
        "said": ask.said,
        "spent": ask.spent,
        "original": ask.original,
        "least": None if math.isinf(ask.least) else ask.least,
        "elsewhere": ask.elsewhere,
        "names": ask.names,
    }


def read_ask(message: Message) -> Ask:
    left = message["left"]
    return Ask(
        pieces=tuple(_piece(flat) for flat in message["pieces"]),
        limit=message["limit"],
        lines=message["lines"],
        deadline=math.inf if left is None else time.monotonic() + left,
        before=message["before"],
        after=message["after"],
        heal=message["heal"],
        said=message["said"],
        spent=message["spent"],
        original=message["original"],
        least=-math.inf if message["least"] is None else message["least"],
        elsewhere=tuple(message["elsewhere"]),
        names=tuple(message["names"]),
    )


def done_message(number: int, done: Done, resident: int) -> Message:
    return {
        "is": "done",
        "id": number,
        "end": done.end.value,
        "confidence": done.confidence,
        "timing": done.cost.timing.as_dict(),
        "tokens": done.cost.tokens.as_dict(),
        "memory_mb": resident / 1e6,
    }


def read_done(message: Message) -> Done:
    cost = Cost(Timing(**message["timing"]), Tokens(**message["tokens"]))
    return Done(End(message["end"]), message["confidence"], cost)


def _flat(piece: Piece) -> list[str]:
    return [piece.name] if isinstance(piece, Special) else [piece.keep.value, piece.text]


def _piece(flat: list[str]) -> Piece:
    return Special(flat[0]) if len(flat) == 1 else Text(flat[1], Keep(flat[0]))
