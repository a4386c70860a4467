"""An answer goes on with the line; it does not write it anew. Instruct models like to."""

from __future__ import annotations

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment


def restarts_line(text: str, moment: Moment) -> str | Reason:
    """Drop what stands before the cursor if the answer begins with it, where that is more than one word.

    A word alone may follow itself: `round(` in `round(round(x), 2)`.
    """
    head = moment.before.lstrip()
    if sum(c.isalpha() for c in head) < 4 or not any(c.isspace() for c in head):
        return text
    while (bare := text.lstrip(" \t")).startswith(head):
        text = bare[len(head) :]
    return text if text.strip() else Reason.BLANK
