"""Cut before a closing bracket that closes nothing."""

from __future__ import annotations

from collections import Counter

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.core.text import body

LANGUAGES = frozenset(
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
"""Where a bracket that closes nothing is always a mistake; in prose and shell scripts it is not."""
LINES = 60
"""Lines above the cursor that are counted: a bracket open for longer is let pass as unknown."""
_OPENERS = {")": "(", "]": "[", "}": "{"}


def bracket_balance(text: str, moment: Moment) -> str | Reason:
    """Brackets inside quotes do not count; a line whose quotes are open at the cursor is left alone."""
    if moment.document.language not in LANGUAGES or any(moment.before.count(q) % 2 for q in "'\""):
        return text
    start = max(0, moment.line - LINES)
    above = "".join(body(line) + " " for line in moment.document.lines[start : moment.line])
    open_ones: Counter[str] = Counter()
    _scan(above + moment.before, open_ones, stop=False)
    kept = text[: _scan(text, open_ones, stop=True)]
    return kept if kept.strip() else Reason.BLANK


def _scan(text: str, open_ones: Counter[str], *, stop: bool) -> int:
    """Count brackets; with `stop`, the place of the first that closes nothing, else the text's end."""
    quote = ""
    for index, character in enumerate(text):
        if quote:
            quote = "" if character in (quote, "\n") else quote
        elif character in "'\"" and stop:
            quote = character
        elif character in "([{":
            open_ones[character] += 1
        elif opener := _OPENERS.get(character):
            if open_ones[opener] <= 0 and stop:
                return index
            open_ones[opener] = max(0, open_ones[opener] - 1)
    return len(text)
