"""The filters in their order; the order is the policy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.blank import blank
from symbiote.finish.bracket_balance import bracket_balance
from symbiote.finish.line_ends import line_ends
from symbiote.finish.repeats_line import repeats_line
from symbiote.finish.repetition import repetition
from symbiote.finish.special_tokens import special_tokens
from symbiote.finish.suffix_overlap import suffix_overlap
from symbiote.finish.trailing_space import trailing_space
from symbiote.finish.unsafe_text import unsafe_text

Filter = Callable[[str, Moment], str | Reason]

CHAIN: tuple[Filter, ...] = (
    special_tokens,
    unsafe_text,
    blank,
    repetition,
    bracket_balance,
    suffix_overlap,
    repeats_line,
    trailing_space,
    blank,
    line_ends,
)


def finish(raw: str, moment: Moment) -> str | Reason:
    """The text to show at the moment's cursor, or why there is none."""
    text: str | Reason = raw
    for step in CHAIN:
        text = step(text, moment)
        if isinstance(text, Reason):
            return text
    return text


@dataclass(frozen=True, slots=True)
class Step:
    """What one filter made of a text: another one, the same, or the reason why there is nothing to show."""

    name: str
    before: str
    after: str | Reason


def trace(raw: str, moment: Moment) -> list[Step]:
    """The steps by which `finish` comes to its result, in their order; the one that refuses is the last."""
    steps: list[Step] = []
    text = raw
    for step in CHAIN:
        after = step(text, moment)
        steps.append(Step(step.__name__, text, after))
        if isinstance(after, Reason):
            break
        text = after
    return steps
