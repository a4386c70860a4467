"""Line ends as the document has them."""

from __future__ import annotations

from symbiote.core.moment import Moment
from symbiote.core.text import body


def line_ends(text: str, moment: Moment) -> str:
    """Use the line end of the cursor's line, or of the one before it."""
    if "\n" not in text:
        return text
    return text.replace("\r\n", "\n").replace("\n", _end(moment))


def _end(moment: Moment) -> str:
    for number in (moment.line, moment.line - 1):
        if 0 <= number < len(moment.document.lines):
            line = moment.document.lines[number]
            if end := line[len(body(line)) :]:
                return end
    return "\n"
