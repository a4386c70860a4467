"""Indent as the document does, tabs or blanks, and not what is indented already."""

from __future__ import annotations

import re
from itertools import chain, zip_longest

from symbiote.core.moment import Moment
from symbiote.finish.syntax import (
    CODE,
    code,
    comment,
    inside_text,
    lines_above,
    lines_below,
    margin_of,
    opens,
)

VERBATIM = frozenset(["makefile", "tsv", "diff", "patch"])
"""Where a tab is no matter of taste."""
LOOK = 200
"""Lines above in which to look for how the document does it; a quarter of that below."""
WIDTHS = (4, 2, 8)
"""Blanks that models write for a level, the usual first."""
_UNFINISHED = (",", "\\", ":", "=", "+", "-", "*", "/", "&", "|", "<", "?", ".")
"""A line that ends so goes on in the next one, which stands where it likes."""
_INDENTED = re.compile(r"^[ \t]", re.MULTILINE)


def indent(text: str, moment: Moment) -> str:
    """Only indentation changes: that of lines the answer begins itself. Where nothing is indented, nothing is known."""
    fresh = not moment.before.strip()
    begun = text if fresh else text.partition("\n")[2]
    if moment.document.language in VERBATIM or not _INDENTED.search(begun):
        return text
    level = _level(moment)
    first, *others = text.split("\n")
    own = [first, *others] if fresh else others
    if level:
        own = _restyled(own, level, margin_of(moment.before))
    if fresh and own[0] != own[0].lstrip(" \t") and _indented_already(moment, level):
        own[0] = own[0].lstrip(" \t")
    return "\n".join(own if fresh else [first, *own])


def _level(moment: Moment) -> str:
    """One level as the nearest indented line has it: a tab, or the fewest blanks of those around; "" where none is.

    Blanks before the cursor, and nothing else, may be half of what is to come: they do not count, nor do comments.
    """
    own = [moment.before] if moment.before.strip() or "\t" in moment.before else []
    above, below = reversed(lines_above(moment, LOOK)), lines_below(moment, LOOK // 4)
    nearest = chain.from_iterable(zip_longest(above, below, fillvalue=""))
    language = moment.document.language
    margins = [
        margin
        for line in (*own, *nearest)
        if (len(margin := margin_of(line)) > 1 or "\t" in margin)
        and comment(line, language) is None
    ]
    if not margins:
        return ""
    if margins[0].startswith("\t"):
        return "\t"
    blanks = (margin for margin in margins if "\t" not in margin)
    return min(blanks, key=len, default=" " * WIDTHS[0])[: WIDTHS[-1]]


def _restyled(lines: list[str], level: str, margin: str) -> list[str]:
    """Tabs for blanks or blanks for tabs; what is right stays as it is."""
    wrong = " " if level == "\t" else "\t"
    if not any(wrong in margin_of(line) for line in lines):
        return lines
    width = _width(lines, margin.count("\t")) if level == "\t" else len(level)
    return [restyle(line, level, width) for line in lines]


def restyle(line: str, level: str, width: int) -> str:
    """The line with its indentation in tabs if `level` is one, else in blanks; `width` is how many blanks a tab is."""
    margin = margin_of(line)
    columns = len(margin.expandtabs(width))
    blanks = columns % width if level == "\t" else columns
    tabs = columns // width if level == "\t" else 0
    return "\t" * tabs + " " * blanks + line[len(margin) :]


def _width(lines: list[str], deep: int) -> int:
    """Blanks of a level: the first width with which no line is more than one level deeper than the one before it."""
    for width in WIDTHS:
        last = deep
        for line in filter(str.strip, lines):
            columns = len(margin_of(line).expandtabs(width))
            if columns % width or columns // width > last + 1:
                break
            last = columns // width
        else:
            return width
    return WIDTHS[0]


def _indented_already(moment: Moment, level: str) -> bool:
    """Whether the cursor stands where its line is to begin, going by the line above: a finished one, or a block's first."""
    language = moment.document.language
    above = next((line for line in reversed(lines_above(moment, LOOK)) if line.strip()), None)
    if language not in CODE or above is None or inside_text(moment):
        return False
    end = code(above, language).rstrip()
    if opens(end, language):
        return bool(level) and moment.before == margin_of(above) + level
    return not end.endswith(_UNFINISHED) and moment.before == margin_of(above)
