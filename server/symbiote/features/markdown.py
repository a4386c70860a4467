"""Text of documents and models in Markdown, so that it is seen as what it is."""

from __future__ import annotations

import re


def visible(text: str) -> str:
    """Control, direction-changing and other invisible characters as escapes; line ends and tabs stay."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(c if c in "\n\t" or c.isprintable() else repr(c)[1:-1] for c in text)


def quoted(text: str) -> str:
    """As a string of Python, in code quotes."""
    said = repr(text)
    ticks = "`" * (_run(said) + 1)
    return f"{ticks}{said}{ticks}"


def fenced(text: str, language: str = "") -> list[str]:
    """The lines of a block of code; what is in the text does not end it."""
    fence = "`" * max(3, _run(text) + 1)
    return [f"{fence}{re.sub(r'[^a-z0-9+#-]', '', language.lower())}", text, fence]


def _run(text: str) -> int:
    """Length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)
