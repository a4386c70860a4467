"""The text before and after the cursor that fits a budget, cut where the cut stays put while typing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.core.moment import Moment
from symbiote.core.text import Position

BLOCK = 16
"""Lines. The prefix starts at a multiple of this, so that typing and scrolling keep the engine's cache."""

STEPS = 8
"""What the prefix leaves goes to the suffix in so many parts. Given by the character, the suffix lost a line with every
line typed, and models that read it first read all of the prompt anew: 7 of 606 keys (models/train/layouts.py)."""


@dataclass(frozen=True, slots=True)
class Window:
    """`typed` stands between prefix and cursor."""

    prefix: str
    suffix: str
    typed: str = ""


def window(
    moment: Moment, characters: int, anchor: Position | None = None, *, steady: bool = True
) -> Window:
    """Cut at most `characters` around the cursor: about three quarters before it, the rest after it.

    What one side does not need goes to the other. Line ends are `\\n` whatever the document uses,
    because that is what models were trained on. With an `anchor`, a place at or before the cursor, the prefix ends
    there and is cut as if the cursor stood there; the text from there on is `typed`, and nothing is cut of it.
    `steady` keeps the suffix's end where it is while somebody types, for up to an eighth of the characters.
    """
    lines, line, before = moment.document.lines, moment.line, _with_selection(moment)
    typed = ""
    if anchor is not None:
        above = "".join(lines[anchor.line : line])
        typed = _normal((above + before)[anchor.character :])
        line, before = anchor.line, lines[anchor.line][: anchor.character]
    suffix = _suffix(lines, moment.line, moment.column, characters // 4)
    prefix = _prefix(lines, line, before, characters - len(suffix))
    if len(prefix) < characters * 3 // 4:
        step = max(1, characters // STEPS) if steady else 1
        room = max(characters // 4, (characters - len(prefix)) // step * step)
        suffix = _suffix(lines, moment.line, moment.column, room)
    return Window(prefix, suffix, typed)


def _prefix(lines: Sequence[str], line: int, before: str, budget: int) -> str:
    """`before`, and of the lines above `line` what fits."""
    start, used = line, len(before)
    while start > 0 and used + len(lines[start - 1]) <= budget:
        start -= 1
        used += len(lines[start])
    if start > 0:
        snapped = -(-start // BLOCK) * BLOCK
        start = snapped if snapped <= line else start
    return _normal("".join(lines[start:line])) + before[-budget:]


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
