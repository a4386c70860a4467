"""Asked by hand inside a word, do not write its rest twice."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment

WORD = re.compile(r"\w*")


def rest_of_word(text: str, moment: Moment) -> str | Reason:
    """Drop the rest of the word from the answer's end; nothing where the two would be glued: `ite▮ms` and `rator`.

    An answer that begins with the rest takes its place (`covered`); one that ends before it as code does, as `r(`, may stand.
    """
    rest = _rest(moment)
    if rest and text.rstrip() == rest:
        return Reason.REPEATS_SUFFIX
    if not rest or text.startswith(rest) or not _of_word(text[-1:]):
        return text
    return text[: -len(rest)] if text.endswith(rest) else Reason.MID_WORD


def covered(text: str, moment: Moment) -> int:
    """How many characters behind the cursor `text` takes the place of: the rest of the word that it begins with."""
    rest = _rest(moment)
    return len(rest) if rest and text.startswith(rest) else 0


def _rest(moment: Moment) -> str:
    """What stands behind the cursor of the word it is in; \"\" where it is in none."""
    found = WORD.match(moment.after)
    return found[0] if found and _of_word(moment.before[-1:]) else ""


def _of_word(character: str) -> bool:
    return character.isalnum() or character == "_"
