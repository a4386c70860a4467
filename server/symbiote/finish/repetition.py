"""Stop where a small model begins to stutter: `1, 1, 1, 1, …`."""

from __future__ import annotations

import re

from symbiote.core.moment import Moment

# Five times the same two to twenty-four characters, up to the end of the text: the model never got out of it.
# `0xFFFFFFFF`, `[0, 0, 0, 0, 0, 0]` and a chain of `.parent` do.
_STUTTER = re.compile(r"(\S[^\n]{1,23}?)\1{4,}")


def repetition(text: str, moment: Moment) -> str:
    """Keep the first of a stuttered run that the text ends in, and drop the others."""
    for found in _STUTTER.finditer(text):
        unit, rest = found[1], text[found.end() :].rstrip()
        if any(c.isalnum() for c in unit) and len(set(unit)) > 1 and unit.startswith(rest):
            return text[: found.end(1)]
    return text
