"""Do not close what the next line closes already."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import (
    BRACKET,
    CODE,
    OPENERS,
    code,
    indentation,
    lines_above,
    lines_below,
)

LINES = 60
"""Lines above in which to look for what is open, and a few below."""
BELOW = 12

_CLOSING = re.compile(r"\s*[)\]}][)\]},;]*")


def closed_below(text: str, moment: Moment) -> str | Reason:
    """Drop a last line of closing brackets that is the next line once more, indentation included.

    It stays where more brackets are open at that indentation than lines below close: `case 1: {` in a `switch`.
    """
    if moment.document.language not in CODE or moment.after.strip():
        return text
    *above, last = (moment.before + text).rstrip().split("\n")
    if not _CLOSING.fullmatch(last):
        return text
    below = [line for line in lines_below(moment, BELOW) if line.strip()]
    closing = next((n for n, line in enumerate(below) if not _same(line, last)), len(below))
    if closing == 0 or _open(above, last, moment) > closing:
        return text
    head = text.rstrip().rpartition("\n")[0]
    return head if head.strip() else Reason.REPEATS_SUFFIX


def _same(line: str, other: str) -> bool:
    return line.rstrip(" \t,;") == other.rstrip(" \t,;")


def _open(above: list[str], last: str, moment: Moment) -> int:
    """How many brackets like the one `last` closes first are open, in lines of its indentation."""
    language = moment.document.language
    stack: list[tuple[str, str]] = []
    for line in (*lines_above(moment, LINES), *above):
        for bracket in BRACKET.findall(code(line, language)):
            if bracket not in OPENERS:
                stack.append((bracket, indentation(line)))
            elif stack and stack[-1][0] == OPENERS[bracket]:
                stack.pop()
    return stack.count((OPENERS[last.strip()[0]], indentation(last)))
