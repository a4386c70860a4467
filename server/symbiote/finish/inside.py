"""Whether the cursor stands in a string or in a comment, by the language's grammar. Not a filter.

A docstring counts as a comment: it is prose. It is told from other strings of several lines by where it begins, at a
line's start.
"""

from __future__ import annotations

import re
from enum import StrEnum

from symbiote.core.moment import Moment
from symbiote.core.text import body
from symbiote.finish.syntax import code
from symbiote.grammar.places import place
from symbiote.grammar.scan import Kind

LOOK = 400
"""Lines above the cursor in which a docstring is looked for."""
TRIPLE = re.compile(r'"""|\'\'\'')
START = re.compile(r"\s*[rRuUbB]{0,2}$")
"""Before the quotes of a docstring."""


class Inside(StrEnum):
    STRING = "string"
    COMMENT = "comment"


def inside(moment: Moment) -> Inside | None:
    """None in code."""
    kind, closer, _ = place(moment.document, moment.line, moment.column).state
    if kind is Kind.CODE:
        return None
    if moment.document.language == "python" and TRIPLE.fullmatch(closer):
        return _triple(moment) or Inside.STRING
    return Inside.STRING if kind is Kind.STRING else Inside.COMMENT


def _triple(moment: Moment) -> Inside | None:
    """In a string of triple quotes that is open at the cursor."""
    first = max(0, moment.line - LOOK)
    lines = moment.document.lines[first : moment.line]
    quotes, opened = "", ""
    for line in (*(body(line) for line in lines if '"""' in line or "'''" in line), moment.before):
        for found in TRIPLE.finditer(line):
            if not quotes:
                if code(line[: found.start()], "python") == line[: found.start()]:
                    quotes, opened = found[0], line[: found.start()]
            elif quotes == found[0]:
                quotes = ""
    if not quotes:
        return None
    return Inside.COMMENT if START.match(opened) else Inside.STRING
