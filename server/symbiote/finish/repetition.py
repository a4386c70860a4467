"""Stop where a small model begins to stutter: `1, 1, 1, 1, …`."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment

# Runs of one character (a rule of dashes, indentation) are ordinary; four times the same two to
# twenty-four characters are not.
_STUTTER = re.compile(r"(\S[^\n]{1,23}?)\1{3,}")


def repetition(text: str, moment: Moment) -> str:
    """Keep the first of a stuttered run and drop what follows."""
    for found in _STUTTER.finditer(text):
        if any(c.isalnum() for c in found[1]):
            return text[: found.end(1)]
    return text
