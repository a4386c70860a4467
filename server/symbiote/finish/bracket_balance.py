"""Cut before a closing bracket that closes nothing."""

from __future__ import annotations

import re
from collections import Counter

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import (
    BRACKET,
    CODE,
    OPENERS,
    better,
    code,
    inside_text,
    lines_above,
    lines_below,
)

LINES = 60
"""Lines above the cursor that are counted: a bracket open for longer is let pass as unknown."""
BELOW = 4
"""Lines below in which to look for the next bracket."""

_TAIL = re.compile(r"[)\]}][\s;,]*$")


def bracket_balance(text: str, moment: Moment) -> str | Reason:
    """Brackets in strings and comments do not count; where the cursor is in one, the text is left alone.

    Lines are counted; where they say that something is wrong, or where a closing bracket stands before another one, the
    grammar has the last word if there is one: a bracket fits if with it there is no more that does not.
    """
    language = moment.document.language
    if language not in CODE or not any(c in text for c in OPENERS) or inside_text(moment):
        return text
    open_ones: Counter[str] = Counter()
    for line in (*lines_above(moment, LINES), moment.before):
        for bracket in BRACKET.findall(code(line, language)):
            _closes(bracket, open_ones)
    known = moment.line <= LINES
    kept = text[: _surplus(text, moment, open_ones, known=known)]
    kept = text if kept != text and better(text, kept, moment) else _once(kept, moment)
    return kept if kept.strip() else Reason.BLANK


def _once(text: str, moment: Moment) -> str:
    """Without brackets at the end that the text behind the cursor closes already, as far as a grammar can tell."""
    following = next(filter(str.strip, (moment.after, *lines_below(moment, BELOW))), "").lstrip()
    while following[:1] in OPENERS and (found := _TAIL.search(text)):
        shorter = text[: found.start()]
        if not better(shorter, text, moment):
            break
        text = shorter
    return text


def _surplus(text: str, moment: Moment, open_ones: Counter[str], *, known: bool) -> int:
    """The place of the first bracket that closes nothing, else the text's end.

    `known` says that all lines above were counted. If not, one that its line begins with may close what lies further up.
    """
    offset, language, before = 0, moment.document.language, moment.before
    for line in text.split("\n"):
        for found in BRACKET.finditer(code(line, language)):
            if _closes(found[0], open_ones):
                continue
            if known or (before + line[: found.start()]).strip(" \t)]}"):
                return offset + found.start()
        before = ""
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
