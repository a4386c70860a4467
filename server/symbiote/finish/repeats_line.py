"""A suggestion that is the line above once more helps nobody."""

from __future__ import annotations

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.core.text import body


def repeats_line(text: str, moment: Moment) -> str | Reason:
    """Refuse a whole line equal to the last non-blank line above, indentation included, if it says something."""
    lines = (moment.before + text).split("\n")
    first = next((line.rstrip() for line in lines if line.strip()), "")
    above = _above(moment)
    if first == above and sum(c.isalnum() for c in above) > 2:
        return Reason.REPEATS_LINE
    return text


def _above(moment: Moment) -> str:
    for number in range(moment.line - 1, max(-1, moment.line - 4), -1):
        line = body(moment.document.lines[number]).rstrip()
        if line:
            return line
    return ""
