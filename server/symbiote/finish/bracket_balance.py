"""Cut before a closing bracket that closes nothing."""

from __future__ import annotations

from collections import Counter

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import BRACKET, CODE, OPENERS, code, inside_text, lines_above

LINES = 60
"""Lines above the cursor that are counted: a bracket open for longer is let pass as unknown."""


def bracket_balance(text: str, moment: Moment) -> str | Reason:
    """Brackets in strings and comments do not count; where the cursor is in one, the text is left alone."""
    language = moment.document.language
    if language not in CODE or not any(c in text for c in OPENERS) or inside_text(moment):
        return text
    open_ones: Counter[str] = Counter()
    for line in (*lines_above(moment, LINES), moment.before):
        for bracket in BRACKET.findall(code(line, language)):
            _closes(bracket, open_ones)
    kept = text[: _surplus(text, language, open_ones)]
    return kept if kept.strip() else Reason.BLANK


def _surplus(text: str, language: str, open_ones: Counter[str]) -> int:
    """The place of the first bracket that closes nothing, else the text's end."""
    offset = 0
    for line in text.split("\n"):
        for found in BRACKET.finditer(code(line, language)):
            if not _closes(found[0], open_ones):
                return offset + found.start()
        offset += len(line) + 1
    return len(text)


def _closes(bracket: str, open_ones: Counter[str]) -> bool:
    """Count a bracket. False for one that closes nothing."""
    opener = OPENERS.get(bracket)
    if opener is None:
        open_ones[bracket] += 1
    elif open_ones[opener] <= 0:
        return False
    else:
        open_ones[opener] -= 1
    return True
