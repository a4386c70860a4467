"""No white space at the end, unless text follows on the line at once."""

from __future__ import annotations

from symbiote.core.moment import Moment


def trailing_space(text: str, moment: Moment) -> str:
    """Before text that follows without a blank only line ends go."""
    if moment.after.strip() and not moment.after[0].isspace():
        return text.rstrip("\n")
    return text.rstrip()
