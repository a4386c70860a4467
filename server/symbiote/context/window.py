"""The text before and after the cursor that fits a budget, cut where the cut stays put while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.core.moment import Moment

BLOCK = 16
"""Lines. The prefix starts at a multiple of this, so that typing and scrolling keep the engine's cache."""


@dataclass(frozen=True, slots=True)
class Window:
    prefix: str
    suffix: str


def window(moment: Moment, characters: int) -> Window:
    """Cut at most `characters` around the cursor: about three quarters before it, the rest after it.

    What one side does not need goes to the other. Line ends are `\\n` whatever the document uses,
    because that is what models were trained on.
    """
    lines = moment.document.lines
    suffix = _suffix(lines, moment.line, moment.column, characters // 4)
    prefix = _prefix(lines, moment, characters - len(suffix))
    if len(prefix) < characters * 3 // 4:
        suffix = _suffix(lines, moment.line, moment.column, characters - len(prefix))
    return Window(prefix, suffix)


def _prefix(lines: Sequence[str], moment: Moment, budget: int) -> str:
    before = _with_selection(moment)
    start, used = moment.line, len(before)
    while start > 0 and used + len(lines[start - 1]) <= budget:
        start -= 1
        used += len(lines[start])
    if start > 0:
        snapped = -(-start // BLOCK) * BLOCK
        start = snapped if snapped <= moment.line else start
    return _normal("".join(lines[start : moment.line])) + before[-budget:]


def _with_selection(moment: Moment) -> str:
    """The line up to the cursor, as it will be once the selected list entry is taken."""
    if moment.selected is None:
        return moment.before
    start, text = moment.selected
    return moment.before[:start] + text


def _suffix(lines: Sequence[str], line: int, column: int, budget: int) -> str:
    parts = [_normal(lines[line][column:])]
    used = len(parts[0])
    for number in range(line + 1, len(lines)):
        following = lines[number]
        if used + len(following) > budget:
            break
        parts.append(_normal(following))
        used += len(following)
    return "".join(parts)[:budget]


def _normal(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
