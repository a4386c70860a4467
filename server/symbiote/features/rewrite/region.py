"""Which lines a rewrite is about: those that are selected, or the block around the cursor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.core.text import Document, Position, Span, body
from symbiote.finish.rewrite.step import Region
from symbiote.finish.syntax import CODE, code, indentation
from symbiote.grammar import places

LOOK = 2_000
"""Lines above in which to look for the beginning of a block."""
MOST = 120
"""Lines of a block that is meant without being selected."""
INNER = ("block", "body", "statement")
"""What grammars call the inside of a function, without its head."""
NEARBY = 60
"""Lines on both sides that the steps of a stream look at."""
_PYTHON = re.compile(r"\s*(?:async\s+def|def|class)\b")
_FUNCTION = re.compile(
    r"\b(?:function|func|fn|fun|def|sub|proc|class|struct|impl|interface|enum|trait)\b|=>"
)
_CONTROL = re.compile(
    r"\s*(?:\}\s*)?(?:if|for|while|switch|catch|else|try|do|match|with|loop|return|select)\b"
)
_DECORATOR = re.compile(r"\s*@")


@dataclass(frozen=True, slots=True)
class Lines:
    """From `start` up to, not including, `end`; never empty in a document."""

    start: int
    end: int

    def of(self, document: Document) -> list[str]:
        """The lines without their ends."""
        return [body(line) for line in document.lines[self.start : self.end]]


def lines_of(document: Document, span: Span) -> Lines:
    """The whole lines of a selection, which may be upside down; of an empty one the block around it, else its line.

    A selection that ends at the start of a line does not mean that line.
    """
    first, last = sorted(_clamped(document, at) for at in (span.start, span.end))
    if first == last:
        return enclosing(document, first[0])
    end = last[0] if last[1] == 0 and last[0] > first[0] else last[0] + 1
    return Lines(first[0], end)


def _clamped(document: Document, at: Position) -> tuple[int, int]:
    """Line and column; behind the last line is the end of the last one."""
    last = len(document.lines) - 1
    if at.line > last:
        return last, len(body(document.lines[last]))
    return max(at.line, 0), max(at.character, 0)


def enclosing(document: Document, line: int) -> Lines:
    """The innermost function or class that holds the line, with what decorates it; else the line.

    Of a long one the lines around that no blank line parts: nobody means hundreds of lines without having selected them.
    """
    lines = [body(text) for text in document.lines]
    found = _by_indentation(lines, line) if document.language == "python" else None
    if found is None and document.language in CODE - {"python"}:
        found = _by_brackets(lines, line, document.language)
    found = found or _by_tree(document, line)
    if found is not None and found.end - found.start > MOST:
        return _paragraph(lines, line, found)
    return found or Lines(line, line + 1)


def _by_tree(document: Document, line: int) -> Lines | None:
    """Where neither indentation nor `{` tells (Ruby, shell, HTML): what the last tree of this very text says."""
    column = len(indentation(body(document.lines[line])))
    for one in places.enclosing(document, line, column):
        if not one.kind.endswith(INNER):
            return Lines(one.first, one.last + 1)
    return None


def _paragraph(lines: Sequence[str], line: int, within: Lines) -> Lines:
    start = end = line
    while start > within.start and lines[start - 1].strip() and line - start < MOST // 2:
        start -= 1
    while end < within.end - 1 and lines[end + 1].strip() and end - line < MOST // 2:
        end += 1
    return Lines(start, end + 1)


def around(document: Document, lines: Lines) -> Region:
    """The region as the steps of a stream know it."""
    above = Lines(max(0, lines.start - NEARBY), lines.start).of(document)
    below = Lines(lines.end, lines.end + NEARBY).of(document)
    return Region(document.language, tuple(lines.of(document)), tuple(above), tuple(below))


def _by_indentation(lines: Sequence[str], line: int) -> Lines | None:
    """Python's: a header, and the lines below that are deeper. Decorators and the header itself belong to it."""
    at = line
    while at < len(lines) - 1 and _DECORATOR.match(lines[at]):
        at += 1
    own = (
        lines[at] if lines[at].strip() else next((t for t in reversed(lines[:at]) if t.strip()), "")
    )
    margin = len(indentation(own)) + (1 if _PYTHON.match(own) and lines[at].strip() else 0)
    for top in range(at, max(-1, at - LOOK), -1):
        text = lines[top]
        if not text.strip() or len(indentation(text)) >= margin:
            continue
        if _PYTHON.match(text):
            end = _deeper(lines, top)
            return Lines(_decorated(lines, top), end) if end > at else None
        margin = len(indentation(text))
    return None


def _deeper(lines: Sequence[str], top: int) -> int:
    """Where the block that begins at `top` ends, without the blank lines behind it."""
    margin, last = len(indentation(lines[top])), top
    for number in range(top + 1, len(lines)):
        text = lines[number]
        if not text.strip():
            continue
        closes = (
            text.strip()[0] in ")]}" and len(indentation(text)) == margin and last == number - 1
        )
        if len(indentation(text)) <= margin and not closes:
            break
        last = number
    return last + 1


def _decorated(lines: Sequence[str], top: int) -> int:
    while top > 0 and _DECORATOR.match(lines[top - 1]):
        top -= 1
    return top


def _by_brackets(lines: Sequence[str], line: int, language: str) -> Lines | None:
    """The nearest `{` around the line that a function, a method or a type opens, up to its `}`."""
    depth = 0
    for top in range(line, max(-1, line - LOOK), -1):
        bare = code(lines[top], language)
        if top < line:
            depth += bare.count("}")
        opened = bare.count("{")
        if opened > depth and _names(bare):
            return Lines(top, _closing(lines, top, language))
        depth = max(0, depth - opened)
    return None


def _names(bare: str) -> bool:
    """Whether a line that opens a bracket is the head of a function or a type, not of a condition or a loop."""
    if _CONTROL.match(bare):
        return False
    return _FUNCTION.search(bare) is not None or re.search(r"\)[^()=;]*\{\s*$", bare) is not None


def _closing(lines: Sequence[str], top: int, language: str) -> int:
    depth = 0
    for number in range(top, len(lines)):
        bare = code(lines[number], language)
        depth += bare.count("{") - bare.count("}")
        if depth <= 0:
            return number + 1
    return len(lines)
