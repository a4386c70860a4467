"""Stop where a small model begins to stutter: `1, 1, 1, 1, …`."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment

# Runs of one character (a rule of dashes, indentation) are ordinary; four times the same two to
# twenty-four characters are not.
_STUTTER = re.compile(r"((?=[^\n]*?\w)[^\n]{2,24}?)\1{3,}")


def repetition(text: str, moment: Moment) -> str:
    """Keep the first of a stuttered run and drop what follows."""
    found = _STUTTER.search(text)
    return text[: found.end(1)] if found else text
