"""Nothing half: an answer that was cut off, by its limit of tokens or by the deadline, ends in a whole word."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import CODE, inside_text, open_string

_BEGINS_STRING = re.compile(r"(?:(?<!\w)[rbfuRBFU]{1,2})?(?:\"\"|'')?$")
"""What belongs to a string and stands before its last opening quote."""


def half_line(text: str, moment: Moment) -> str | Reason:
    """Without the word it was cut in, and in code without a string that it opened and did not close."""
    kept = whole_words(text)
    language = moment.document.language
    if language in CODE and not inside_text(moment):
        start = kept.rfind("\n") + 1
        before = "" if start else moment.before
        at = open_string(before + kept[start:], language)
        if at is not None:
            kept = _BEGINS_STRING.sub("", kept[: start + at - len(before)])
    return kept if kept.strip() else Reason.CUT_OFF


def whole_words(text: str) -> str:
    """The text without the word it ends in."""
    end = len(text)
    while end and (text[end - 1].isalnum() or text[end - 1] == "_"):
        end -= 1
    return text[:end]
