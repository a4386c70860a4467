"""Flow sessions: somebody builds one feature in a set time, with help or without, and what broke the flow is counted."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """`baseline`: without help, to compare with."""

    ASSISTANCE = "assistance"
    BASELINE = "baseline"


class Cause(StrEnum):
    """What broke the flow. `metrics/flow.py` has what may be done about each."""

    SLOW = "slow_answer"
    WRONG = "wrong_answer"
    LONG = "too_much_to_read"
    TROUBLE = "trouble"
    AWAY = "left_editor"
    SEARCH = "looked_something_up"
    PEOPLE = "somebody_came"
    OTHER = "other"


WORDS = 80
"""Characters of a feature's name, and of words of one's own for a cause."""


def words(text: str) -> str:
    """In one line, of bounded length."""
    return " ".join(text.split())[:WORDS]


def cause_of(text: str) -> str:
    """One of the causes, or `other: …` with the user's words."""
    said = words(text)
    if said in Cause.__members__.values():
        return said
    return f"{Cause.OTHER.value}: {said}" if said else Cause.OTHER.value
