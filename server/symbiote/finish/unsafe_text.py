"""Refuse text that does not look like what it is."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment

# Bidirectional controls (CVE-2021-42574), zero-width and filler characters, language tags, variation
# selectors, C0 without tab and line ends, C1, line separators, lone surrogates, the replacement mark.
_UNSAFE = re.compile(
    "[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
    "\u200b-\u200d\u2060-\u2064\u206a-\u206f\ufeff\u180e\u00ad\u115f\u1160\u3164\uffa0"
    "\U000e0000-\U000e007f\ufe00-\ufe0e\U000e0100-\U000e01ef"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffd]"
)


def unsafe_text(text: str, moment: Moment) -> str | Reason:
    """Cut before the first unsafe character; a first line that holds one is not shown at all."""
    found = _UNSAFE.search(text)
    if found is None:
        return text
    head = text[: found.start()]
    return head[: head.rindex("\n")] if head.strip() and "\n" in head else Reason.UNSAFE_TEXT
