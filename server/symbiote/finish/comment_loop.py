"""Comments come to an end: small models go on with one line after another, and say the same again."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.finish.syntax import comment, lines_above
from symbiote.grammar.places import place
from symbiote.grammar.scan import Kind

BLOCK = 16
"""Lines of comment after which one more is shown only to who asks for it, by hand or by its first word."""
FRESH = 3
"""Lines of comment in one answer."""
_WORD = re.compile(r"\w+")


def comment_loop(text: str, moment: Moment) -> str | Reason:
    """Cut before a comment line that the lines of comment above it, or in the answer, say already in the same words.

    The same before one too many. In languages whose comments are known only.
    """
    language = moment.document.language
    added = text.split("\n")
    held = place(moment.document, moment.line, moment.column).state
    closer = held.closer if held.kind is Kind.COMMENT else ""
    said = _said(moment, language, closer, own_line=not added[0].strip())
    begun = bool(_comment(moment.before, language, closer))
    fresh = 0
    for number, line in enumerate(added):
        if not line.strip():
            continue
        what = _comment(moment.before + line if number == 0 else line, language, closer)
        if closer and closer in line:
            closer = ""
        if what is None:
            said, fresh = [], 0
            continue
        words = _words(what)
        if not (number == 0 and begun):
            fresh += 1
        if (len(words) > 1 and words in said) or _too_many(fresh, len(said), moment):
            kept = "\n".join(added[:number])
            return kept if kept.strip() else Reason.COMMENT_LOOP
        said.append(words)
    return text


def _comment(line: str, language: str, closer: str) -> str | None:
    """The text of a comment line; inside a comment that only `closer` ends, every line is one."""
    if (what := comment(line, language)) is None and closer and closer not in line:
        return line.strip()
    return what


def _too_many(fresh: int, said: int, moment: Moment) -> bool:
    """`fresh` lines of the answer are comments nobody has begun, after `said` lines of them in all."""
    if not fresh or moment.trigger is not Trigger.AUTOMATIC:
        return False
    return fresh > FRESH or said >= BLOCK


def _said(moment: Moment, language: str, closer: str, *, own_line: bool) -> list[list[str]]:
    """The words of the comment lines right above, the cursor's line included if nothing is added to it."""
    lines = [*lines_above(moment, BLOCK), *([moment.before] if own_line else [])]
    if own_line and not moment.before.strip():
        lines.pop()
    said: list[list[str]] = []
    for line in reversed(lines):
        what = _comment(line, language, closer)
        if not line.strip() and closer:
            break
        if what is None:
            break
        said.insert(0, _words(what))
    return said


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]
