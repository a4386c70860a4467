"""Stop where a small model begins to stutter: `1, 1, 1, 1, …`, or the same lines over and over."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment
from symbiote.finish.syntax import weight

# Five times the same two to twenty-four characters, up to the end of the text: the model never got out of it.
# `0xFFFFFFFF`, `[0, 0, 0, 0, 0, 0]` and a chain of `.parent` do.
_STUTTER = re.compile(r"(\S[^\n]{1,23}?)\1{4,}")
PERIODS = (1, 2, 3)
"""Lines that come twice in a row."""


def repetition(text: str, moment: Moment) -> str:
    """Keep the first of a stuttered run that the text ends in, and of lines that repeat themselves; drop the others."""
    return _lines_once(_without_stutter(text), moment)


def _without_stutter(text: str) -> str:
    for found in _STUTTER.finditer(text):
        unit, rest = found[1], text[found.end() :].rstrip()
        if any(c.isalnum() for c in unit) and len(set(unit)) > 1 and unit.startswith(rest):
            return text[: found.end(1)]
    return text


def _lines_once(text: str, moment: Moment) -> str:
    """Cut before lines that are those right before them once more. Lines such as `)` may be."""
    lines = text.split("\n")
    full = [moment.before + lines[0] if lines[0].strip() else "", *lines[1:]]
    for at in range(1, len(full)):
        for n in PERIODS:
            again = full[at : at + n]
            if again == full[max(0, at - n) : at] and weight("".join(again)) > 4:
                return "\n".join(lines[:at])
    return text
