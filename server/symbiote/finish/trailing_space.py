"""No white space at the end, unless text follows on the line."""

from __future__ import annotations

from symbiote.core.moment import Moment


def trailing_space(text: str, moment: Moment) -> str:
    if moment.after.strip():
        return text.rstrip("\n")
    return text.rstrip()
