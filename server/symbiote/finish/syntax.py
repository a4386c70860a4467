"""What single lines say of code: strings, comments, brackets, indentation. Not a filter; what several of them go by.

Knows no syntax beyond that: lines inside a string or a comment of several lines are taken for code, except where
Python's triple quotes tell.
"""

from __future__ import annotations

import re
from functools import lru_cache

from symbiote.core.moment import Moment
from symbiote.core.text import body

OPENERS = {")": "(", "]": "[", "}": "{"}
"""What each closing bracket closes."""
BRACKET = re.compile(r"[()\[\]{}]")
CODE = frozenset(
    [
        "python",
        "javascript",
        "javascriptreact",
        "typescript",
        "typescriptreact",
        "go",
        "rust",
        "java",
        "c",
        "cpp",
        "csharp",
    ]
)
"""Languages whose blocks go by brackets, or by Python's colon and indentation; a bracket that closes nothing is always
a mistake there. In prose and shell scripts it is not."""
HASH = frozenset(
    [
        "python",
        "ruby",
        "shellscript",
        "perl",
        "r",
        "julia",
        "elixir",
        "yaml",
        "toml",
        "makefile",
        "dockerfile",
        "powershell",
    ]
)
"""Languages in which `#` begins a comment; in all others `//` does."""
CHARACTERS = frozenset(["go", "rust", "java", "c", "cpp", "csharp"])
"""Languages in which single quotes hold one character; alone they mean something else, as in Rust's `&'a str`."""
LOOK = 200
"""Lines above in which to look for the beginning of a docstring."""


@lru_cache(maxsize=64)
def _opaque(language: str) -> re.Pattern[str]:
    """Strings and comments of a line. Groups 1 and 2 are the quote that ends a string, "" where none does; 3 a comment."""
    single = r"'(?:\\.|[^'\\])(')" if language in CHARACTERS else r"'(?:\\.?|[^'\\])*('|$)"
    comment = "#.*" if language in HASH else "//.*"
    return re.compile(rf'"(?:\\.?|[^"\\])*("|$)|{single}|`[^`]*`|({comment})')


def code(line: str, language: str) -> str:
    """The line without its comment, and with quotes in place of what its strings hold: every place as it was."""

    def hide(found: re.Match[str]) -> str:
        return "'" * len(found[0]) if found[3] is None else ""

    return _opaque(language).sub(hide, line)


def open_string(line: str, language: str) -> int | None:
    """Where a string begins that is still open at the line's end."""
    for found in _opaque(language).finditer(line):
        if "" in (found[1], found[2]):
            return found.start()
    return None


@lru_cache(maxsize=64)
def _comment(language: str) -> re.Pattern[str]:
    marks = "#+!?" if language in HASH else r"//+!?|/\*+|\*(?=\s|$)"
    return re.compile(rf"\s*(?:{marks})(.*)")


def comment(line: str, language: str) -> str | None:
    """The text of a line that is nothing but a comment, or a line of a longer one; None of any other line."""
    if language not in CODE and language not in HASH:
        return None
    found = _comment(language).match(line)
    return found[1].strip() if found else None


def inside_text(moment: Moment) -> bool:
    """Whether the cursor stands in a comment or in a string, as far as the lines tell."""
    before, language = moment.before, moment.document.language
    if comment(before, language) is not None or open_string(before, language) is not None:
        return True
    if any(found[3] is not None for found in _opaque(language).finditer(before)):
        return True
    return language == "python" and _in_docstring(moment)


def _in_docstring(moment: Moment) -> bool:
    start = max(0, moment.line - LOOK)
    above = (*moment.document.lines[start : moment.line], moment.before)
    return any(sum(line.count(quotes) for line in above) % 2 for quotes in ('"""', "'''"))


def indentation(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def lines_above(moment: Moment, most: int) -> list[str]:
    """Up to `most` lines above the cursor's, without their ends, the nearest last."""
    start = max(0, moment.line - most)
    return [body(line) for line in moment.document.lines[start : moment.line]]


def lines_below(moment: Moment, most: int) -> list[str]:
    """Up to `most` lines below the cursor's, without their ends."""
    start = moment.line + 1
    return [body(line) for line in moment.document.lines[start : start + most]]
