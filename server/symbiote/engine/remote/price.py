"""What a request costs by the presets' prices, before and after it is answered. USD."""

from __future__ import annotations

import datetime
import functools

from symbiote.engine.remote import presets
from symbiote.engine.remote.presets import Preset, Price
from symbiote.engine.remote.request import Request

MILLION = 1e6
CHARACTERS = 3.0
"""Of code to a token: fewer than any tokenizer in use takes on average, so that an estimate is rather too high."""
FRAME = 16
"""Tokens around each message."""


def price(preset: Preset, model: str, free: bool) -> Price | None:
    """None where no price is known, and it is not `free`."""
    found = preset.prices.get(model)
    if found is None and free:
        return _NOTHING
    return found


def tokens(request: Request) -> int:
    """About how many the prompt has."""
    turns = request.conversation()
    return round(sum(len(turn.text.encode()) for turn in turns) / CHARACTERS) + FRAME * len(turns)


def usd(told: Price, prompt: int, cached: int, generated: int, written: int = 0) -> float:
    """`cached` of the prompt's tokens had been read before, `written` are kept for the next time."""
    again = told.input if told.cached is None else told.cached
    keep = told.input if told.written is None else told.written
    fresh = max(prompt - cached - written, 0)
    read = fresh * told.input + cached * again + written * keep
    return (read + generated * told.output) / MILLION


def most(told: Price, prompt: int, limit: int) -> float:
    """What an answer of at most `limit` tokens can cost: nothing had been read before, and all of it is kept."""
    kept = prompt if (told.written or 0.0) > told.input else 0
    return usd(told, prompt, 0, limit, kept)


@functools.cache
def dearest() -> Price:
    """The dearest known price, which counts where none is known."""
    known = [one for preset in presets.load().values() for one in preset.prices.values()]
    return max(known, key=lambda one: one.input + one.output)


_NOTHING = Price(0.0, 0.0, datetime.date.min, 0.0)
