"""Do not write again what already stands behind the cursor."""

from __future__ import annotations

from itertools import takewhile

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import OPENERS, indentation, lines_below, weight

NEXT = 3
"""Lines below that an answer must not be, as in Tabby's `dropDuplicated` and Continue's stop lines."""
LOOK = 40
"""Lines below in which to look for them: blank ones do not count."""


def suffix_overlap(text: str, moment: Moment) -> str | Reason:
    """Drop the tail that repeats the rest of the line, and following lines written once more."""
    text = _without_rest_of_line(text, moment.after)
    text = _without_following_lines(text, moment)
    return text if text.strip() else Reason.REPEATS_SUFFIX


def _without_rest_of_line(text: str, after: str) -> str:
    rest = after.strip()
    if not rest:
        return text
    first = text.partition("\n")[0].rstrip()
    if first and first != text.rstrip() and first.endswith(rest) and _is_repeat(first, rest, True):
        return first[: len(first) - len(rest)]
    bare = text.rstrip()
    for length in range(min(len(rest), len(bare)), 0, -1):
        head = rest[:length]
        if bare.endswith(head) and _is_repeat(bare, head, whole=length == len(rest)):
            return bare[: len(bare) - length]
    return text


def _is_repeat(text: str, tail: str, whole: bool) -> bool:
    """A tail of closing brackets or quotes repeats only if the text did not open them itself."""
    if all(c in ")]}\"'`,:;" for c in tail):
        return _unopened(text, tail)
    return whole or len(tail) >= 4


def _unopened(text: str, tail: str) -> bool:
    for character in tail:
        opener = OPENERS.get(character)
        if opener and text.count(opener) >= text.count(character):
            return False
        if character in "\"'`" and text.count(character) % 2 == 0:
            return False
    return True


def _without_following_lines(text: str, moment: Moment) -> str:
    """Cut before a line that is the next one below once more, indentation included.

    A line that is all the answer's must not be one of those after it either; what somebody began may be meant so.
    """
    below = _paragraph(moment)
    lines = text.split("\n")
    for index, line in enumerate(lines):
        full = ((moment.before if index == 0 else "") + line).rstrip()
        own = index > 0 or not moment.before.strip()
        if line.strip() and _follows(full, below if own else below[:1]):
            return "\n".join(lines[:index])
    return text


def _paragraph(moment: Moment) -> list[str]:
    """The next lines below, from the first that is not blank to the next that is."""
    lines = [line.rstrip() for line in lines_below(moment, LOOK)]
    start = next((n for n, line in enumerate(lines) if line), len(lines))
    return list(takewhile(bool, lines[start : start + NEXT]))


def _follows(full: str, below: list[str]) -> bool:
    """Whether the line comes next, or soon in the same block. What proves little must come next."""
    margin = indentation(full)
    for number, line in enumerate(below):
        if full == line:
            return weight(line) > (4 if number == 0 else 8)
        if len(indentation(line)) < len(margin):
            return False
    return False
