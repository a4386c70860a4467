"""A suggestion stays in the block it begins in."""

from __future__ import annotations

from symbiote.core.moment import Moment
from symbiote.finish.syntax import CODE, indentation
from symbiote.grammar.words import closing


def past_block(text: str, moment: Moment) -> str:
    """Cut where a later line is indented less than the first and closes nothing: it belongs to a block further out.

    What closes the block may still be shown, and nothing behind it.
    """
    language = moment.document.language
    first, *others = text.split("\n")
    if language not in CODE or not first.strip():
        return text
    margin, left = indentation(moment.before + first), False
    for number, line in enumerate(others, start=1):
        if not line.strip():
            continue
        own = indentation(line)
        out = len(own) < len(margin) and margin.startswith(own)
        closes = line.strip()[0] in ")]}" or closing(line.strip(), language)
        if (out or left) and not closes:
            return "\n".join([first, *others[: number - 1]])
        left = left or out
    return text
