"""A suggestion that is the line above once more helps nobody, nor one that goes on with a loop of lines."""

from __future__ import annotations

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import lines_above, weight

LOOK = 12
"""Lines above, blank ones included."""
PERIODS = (2, 3)
"""Lines after which a loop begins again. That it is one is believed after two rounds."""


def repeats_line(text: str, moment: Moment) -> str | Reason:
    """Refuse a whole line equal to the last non-blank line above, indentation included, if it says something.

    The same of a line that begins the third round of a loop of two or three lines.
    """
    own, *new = (moment.before + text).split("\n")
    above = [line.rstrip() for line in lines_above(moment, LOOK) if line.strip()]
    if text.partition("\n")[0].strip():
        new = [own]
    elif own.strip():  # nothing is added to the cursor's line: it is one of those above
        above.append(own.rstrip())
    first = next((line.rstrip() for line in new if line.strip()), "")
    if weight(first) > 2 and _again(first, above):
        return Reason.REPEATS_LINE
    return text


def _again(line: str, above: list[str]) -> bool:
    if above[-1:] == [line]:
        return True
    return any(
        len(above) >= 2 * n and above[-n] == line and above[-n:] == above[-2 * n : -n]
        for n in PERIODS
    )
