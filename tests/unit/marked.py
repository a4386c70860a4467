"""Texts with a cursor: `▮` is where the cursor stands."""

from __future__ import annotations

from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened

CURSOR = "▮"


def moment(
    marked: str, *, language: str = "python", trigger: Trigger = Trigger.AUTOMATIC
) -> Moment:
    """A moment from a text that holds the cursor once."""
    before, after = marked.split(CURSOR)
    document = opened("file:///a.py", language, 1, before + after)
    lines = before.split("\n")
    return Moment(document, len(lines) - 1, len(lines[-1]), "w", trigger, 0.0)
