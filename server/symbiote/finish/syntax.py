"""What lines say of code: strings, comments, brackets, indentation. Not a filter; what several of them go by.

A single line knows nothing of those above it: inside a string or a comment of several lines it is taken for code. Of the
cursor, `grammar` tells more.
"""

from __future__ import annotations

import re
from functools import lru_cache

from symbiote.core.moment import Moment
from symbiote.core.text import body
from symbiote.grammar.faults import faults
from symbiote.grammar.languages import C_BLOCK, SYNTAX, syntax
from symbiote.grammar.places import place
from symbiote.grammar.scan import Kind

OPENERS = {")": "(", "]": "[", "}": "{"}
"""What each closing bracket closes."""
BRACKET = re.compile(r"[()\[\]{}]")
CODE = frozenset(name for name, known in SYNTAX.items() if known.balanced)
"""Languages in which a bracket that closes nothing is always a mistake. In prose and shell scripts it is not."""


SELECTORS = frozenset(["css", "scss", "less"])
"""Languages in which a line may begin with a `*` that is no comment's."""


@lru_cache(maxsize=64)
def _opaque(language: str) -> re.Pattern[str]:
    """Strings and comments of a line. Groups 1 and 2 are the quote that ends a string, "" where none does; 3 a comment."""
    known, apart = syntax(language), r"(?<!\S)" if syntax(language).apart else ""
    single = r"'(?:\\.|[^'\\])(')" if known.characters else r"'(?:\\.?|[^'\\])*('|$)"
    double = r'"(?:\\.?|[^"\\])*("|$)'
    quoted = (
        double if '"' in known.quotes else "(?!)()",
        single if "'" in known.quotes else "(?!)()",
    )
    marks = [rf"{apart}{re.escape(mark)}.*" for mark in known.line]
    pairs = [rf"{re.escape(opener)}.*?(?:{re.escape(end)}|$)" for opener, end in known.block]
    return re.compile("|".join([*quoted, "`[^`]*`", f"({'|'.join([*pairs, *marks]) or '(?!)'})"]))


def code(line: str, language: str) -> str:
    """The line without the comment it ends in, with quotes in place of what its strings hold and blanks in place of other
    comments: every place as it was.
    """

    def hide(found: re.Match[str]) -> str:
        if found[3] is None:
            return "'" * len(found[0])
        return "" if found.end() == len(line) else " " * len(found[0])

    return _opaque(language).sub(hide, line)


def open_string(line: str, language: str) -> int | None:
    """Where a string begins that is still open at the line's end."""
    for found in _opaque(language).finditer(line):
        if "" in (found[1], found[2]):
            return found.start()
    return None


@lru_cache(maxsize=64)
def _comment(language: str) -> re.Pattern[str]:
    known = syntax(language)
    marks = [rf"{re.escape(mark)}{re.escape(mark[-1])}*!?" for mark in known.line]
    marks += [re.escape(opener) + ("\\**" if opener == "/*" else "") for opener, _ in known.block]
    if known.block == C_BLOCK and language not in SELECTORS:
        marks.append(r"\*(?=\s|$)")
    return re.compile(rf"\s*(?:{'|'.join(marks) or '(?!)'})(.*)")


def comment(line: str, language: str) -> str | None:
    """The text of a line that is nothing but a comment, or a line of a longer one; None of any other line."""
    if language not in SYNTAX:
        return None
    found = _comment(language).match(line)
    return found[1].strip() if found else None


def inside_text(moment: Moment) -> bool:
    """Whether the cursor stands in a comment or in a string."""
    return place(moment.document, moment.line, moment.column).state.kind is not Kind.CODE


def better(text: str, other: str, moment: Moment) -> bool:
    """Whether a grammar makes more sense of the document with `text` at the cursor than with `other`. False where none can
    tell.
    """
    place = (moment.document, moment.line, moment.column)
    theirs = faults(*place, other)
    if not theirs:
        return False
    mine = faults(*place, text)
    return mine is not None and mine < theirs


def indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def margin_of(line: str) -> str:
    """The blanks and tabs that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t"))]


def opens(bare: str, language: str) -> bool:
    """Whether lines below stand deeper, by the end of a line without its comment and the blanks behind it."""
    return bare.endswith(("(", "[", "{")) or (language == "python" and bare.endswith(":"))


def weight(text: str) -> int:
    """Letters and digits. Lines such as `)` or `else:` follow many lines rightly; they prove little."""
    return sum(c.isalnum() for c in text)


def lines_above(moment: Moment, most: int) -> list[str]:
    """Up to `most` lines above the cursor's, without their ends, the nearest last."""
    start = max(0, moment.line - most)
    return [body(line) for line in moment.document.lines[start : moment.line]]


def lines_below(moment: Moment, most: int) -> list[str]:
    """Up to `most` lines below the cursor's, without their ends."""
    start = moment.line + 1
    return [body(line) for line in moment.document.lines[start : start + most]]
