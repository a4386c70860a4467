"""What is known in full of the names at a moment: from what was found last in its document, as far as that still holds.

It was found for a text and a line in it. It holds for the same function's other lines too, and for the text as it is now, with
the lines that are new and those between there and here told along: names that they make are no mistakes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment
from symbiote.core.text import body
from symbiote.features.findings import PYTHON
from symbiote.features.house import Window

FAR = 60
"""Lines between what was looked at and the cursor, and lines that are new: beyond, nothing is known."""
SCOPE = re.compile(r"[ \t]*(?:async[ \t]+)?(?:def|class)\b")


def known(window: Window, moment: Moment) -> Known:
    """At a settled moment. Costs a comparison of lines, nearly all of them the same objects."""
    if moment.document.language != PYTHON or moment.document.too_large:
        return NOTHING
    found = window.prepared.newest(moment.document.uri)
    if found is None or found.known is NOTHING:
        return NOTHING
    lines = moment.document.lines
    if found.document is moment.document:
        start, end, line = 0, 0, found.line
    else:
        start, end = changed(found.document.lines, lines)
        moved = len(lines) - len(found.document.lines)
        line = found.line
        if line >= end - moved:
            line += moved
        elif line >= start:
            line = max(start, end - 1)
        line = min(max(line, 0), len(lines) - 1)
    between = range(min(line, moment.line), max(line, moment.line) + 1)
    if end - start > FAR or len(between) > FAR or _leaves(lines, between):
        return NOTHING
    told = sorted({*range(start, end), *between} - {moment.line})
    return replace(found.known, told=tuple(body(lines[one]) for one in told))


def changed(old: Sequence[str], new: Sequence[str]) -> tuple[int, int]:
    """Which lines of the new text, from and up to, are not those of the old."""
    most = min(len(old), len(new))
    start = _same(old, new, most)
    same = _same(old[::-1], new[::-1], most - start)
    return start, len(new) - same


def _same(old: Sequence[str], new: Sequence[str], most: int) -> int:
    """How many lines at the beginning are equal. By halves: slices of the same objects compare at 5 ns a line."""
    low = 0
    while low < most:
        middle = (low + most + 1) // 2
        if list(old[low:middle]) == list(new[low:middle]):
            low = middle
        else:
            most = middle - 1
    return low


def _leaves(lines: Sequence[str], between: range) -> bool:
    """Whether a function or a class begins or ends among these lines."""
    if len(between) == 1:
        return False
    texts = [text for text in (body(lines[one]) for one in between) if text.strip()]
    outer = {text[0] not in " \t" for text in texts}
    return len(outer) > 1 or any(map(SCOPE.match, texts))
