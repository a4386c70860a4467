"""The filters in their order; the order is the policy."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from symbiote.core.answer import Reason
from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment
from symbiote.finish.blank import blank
from symbiote.finish.bracket_balance import bracket_balance
from symbiote.finish.closed_below import closed_below
from symbiote.finish.code_fence import code_fence
from symbiote.finish.comment_loop import comment_loop
from symbiote.finish.credential import credential
from symbiote.finish.half_line import half_line
from symbiote.finish.indent import indent
from symbiote.finish.leading_space import leading_space
from symbiote.finish.line_ends import line_ends
from symbiote.finish.no_such_member import no_such_member
from symbiote.finish.repeats_line import repeats_line
from symbiote.finish.repetition import repetition
from symbiote.finish.rest_of_word import rest_of_word
from symbiote.finish.restarts_line import restarts_line
from symbiote.finish.special_tokens import special_tokens
from symbiote.finish.suffix_overlap import suffix_overlap
from symbiote.finish.trailing_space import trailing_space
from symbiote.finish.unsafe_text import unsafe_text

Filter = Callable[[str, Moment], str | Reason]

RAW: tuple[Filter, ...] = (special_tokens, code_fence, unsafe_text, blank, repetition)
"""What no answer is to hold, and where it should have ended."""
CUT: tuple[Filter, ...] = (half_line,)
"""Of answers that were cut off where they now end."""
FITTED: tuple[Filter, ...] = (
    restarts_line,
    leading_space,
    indent,
    bracket_balance,
    rest_of_word,
    suffix_overlap,
    repeats_line,
    comment_loop,
    credential,
)
"""What fits the text around the cursor."""
LAST: tuple[Filter, ...] = (closed_below, trailing_space, blank, line_ends)
"""What is to be seen of it, wherever it was cut."""
CHAIN = (*RAW, *FITTED, *LAST)
"""Those that every answer goes through. Before the last ones, names are checked where all that there are is known."""


def finish(raw: str, moment: Moment, *, cut: bool = False, known: Known = NOTHING) -> str | Reason:
    """The text to show at the moment's cursor, or why there is none. `cut` says that `raw` does not end by itself."""
    text = _through(RAW, raw, moment)
    if cut and not isinstance(text, Reason) and raw.endswith(text):
        text = _through(CUT, text, moment)
    return text if isinstance(text, Reason) else _through(_fitted(known), text, moment)


def _fitted(known: Known) -> tuple[Filter, ...]:
    if known is NOTHING:
        return (*FITTED, *LAST)

    @functools.wraps(no_such_member)
    def checked(text: str, moment: Moment) -> str | Reason:
        return no_such_member(text, moment, known)

    return (*FITTED, checked, *LAST)


def _through(filters: tuple[Filter, ...], text: str, moment: Moment) -> str | Reason:
    for step in filters:
        after = step(text, moment)
        if isinstance(after, Reason):
            return after
        text = after
    return text


@dataclass(frozen=True, slots=True)
class Step:
    """What one filter made of a text: another one, the same, or the reason why there is nothing to show."""

    name: str
    before: str
    after: str | Reason


def trace(raw: str, moment: Moment, *, cut: bool = False, known: Known = NOTHING) -> list[Step]:
    """The steps by which `finish` comes to its result, in their order; the one that refuses is the last."""
    steps: list[Step] = []
    text = raw
    for filters in (RAW, CUT, _fitted(known)):
        if filters is CUT and not (cut and raw.endswith(text)):
            continue
        for step in filters:
            after = step(text, moment)
            steps.append(Step(step.__name__, text, after))
            if isinstance(after, Reason):
                return steps
            text = after
    return steps
