"""Refuse text that does not look like what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment

_RARE = "\u200c\u200d\u00a0\u2000-\u200a\u202f\u205f\u3000"
# Bidirectional controls (CVE-2021-42574), zero-width and filler characters, tags, variation selectors but the
# one of emoji, C0 without tab and line ends, C1, line separators, lone surrogates, annotation marks, the replacement mark.
_NEVER = (
    "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
    "\u200b\u2060-\u2065\u206a-\u206f\ufeff\u180e\u00ad\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800"
    "\U000e0000-\U000e0fff\ufe00-\ufe0e\U0001d173-\U0001d17a"
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufff9-\ufffb\ufffd"
)
_UNSAFE = re.compile(f"(?P<never>[{_NEVER}])|[{_RARE}]")


def unsafe_text(text: str, moment: Moment) -> str | Reason:
    """Cut before the first unsafe character; a first line that holds one is not shown at all.

    Joiners, which some scripts need, and blanks that are no ASCII blank may come where the document has the same.
    """
    at = unsafe(text, moment.document.lines)
    if at is None:
        return text
    head = text[:at]
    return head[: head.rindex("\n")] if head.strip() and "\n" in head else Reason.UNSAFE_TEXT


def unsafe(text: str, lines: Iterable[str]) -> int | None:
    """Where the first unsafe character stands, for a document with such lines."""
    for found in _UNSAFE.finditer(text):
        if found["never"] or not any(found[0] in line for line in lines):
            return found.start()
    return None


def without_unsafe(text: str) -> str:
    """One line of it: white space of any kind is a blank, and what does not look like what it is is left out."""
    return " ".join(_UNSAFE.sub("", " ".join(text.split())).split())
