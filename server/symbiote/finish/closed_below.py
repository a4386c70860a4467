"""Do not close what the next line closes already."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.finish.syntax import (
    BRACKET,
    CODE,
    OPENERS,
    better,
    code,
    indentation,
    lines_above,
    lines_below,
)
from symbiote.grammar.words import TAGS, WORDS

ENDED = TAGS.union(WORDS)
LINES = 60
"""Lines above in which to look for what is open, and a few below."""
BELOW = 12

_CLOSING = re.compile(r"\s*[)\]}][)\]},;]*")


def closed_below(text: str, moment: Moment) -> str | Reason:
    """Drop a last line of closing brackets, or of a word or a tag that closes, that is the next line once more, indentation
    included.

    It stays where more brackets are open at that indentation than lines below close: `case 1: {` in a `switch`. A grammar
    knows better, if there is one; of words and tags nobody else does.
    """
    language = moment.document.language
    if moment.after.strip() or (language not in CODE and language not in ENDED):
        return text
    *above, last = (moment.before + text).rstrip().split("\n")
    brackets = language in CODE and _CLOSING.fullmatch(last)
    if not brackets and not _closes(last, language):
        return text
    below = [line for line in lines_below(moment, BELOW) if line.strip()]
    closing = next((n for n, line in enumerate(below) if not _same(line, last)), len(below))
    if closing == 0:
        return text
    head = text.rstrip().rpartition("\n")[0]
    if not better(head, text, moment):
        fits = not brackets or better(text, head, moment)
        if fits or _open(above, last, moment) > closing:
            return text
    return head if head.strip() else Reason.REPEATS_SUFFIX


def _closes(line: str, language: str) -> bool:
    """Whether the line is nothing but a word or a tag that closes."""
    text = line.strip().rstrip(";")
    if text.startswith("</"):
        return language in TAGS and text.endswith(">")
    return language in WORDS and text in WORDS[language].closers


def _same(line: str, other: str) -> bool:
    return line.rstrip(" \t,;") == other.rstrip(" \t,;")


def _open(above: list[str], last: str, moment: Moment) -> int:
    """How many brackets like the one `last` closes first are open, in lines of its indentation."""
    language = moment.document.language
    stack: list[tuple[str, str]] = []
    for line in (*lines_above(moment, LINES), *above):
        for bracket in BRACKET.findall(code(line, language)):
            if bracket not in OPENERS:
                stack.append((bracket, indentation(line)))
            elif stack and stack[-1][0] == OPENERS[bracket]:
                stack.pop()
    return stack.count((OPENERS[last.strip()[0]], indentation(last)))
