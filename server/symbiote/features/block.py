"""Where a block of code begins, where its next line stands and where it ends, from lines alone. Pure.

Python, YAML and languages nobody knows go by `:` and indentation, Ruby, Lua and the shell by words, markup by tags, and
all of them by brackets. A line opens a block if it ends so; a bracket followed by more on its line says nothing about the
next line's indentation. Knows no syntax beyond that: lines inside a string or a comment of several lines are taken for
code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from symbiote.finish.syntax import code, indentation
from symbiote.grammar.languages import SYNTAX
from symbiote.grammar.words import closer as closing_word
from symbiote.grammar.words import closes, closing

CLOSERS = {"(": ")", "[": "]", "{": "}"}
LOOK = 200
"""Lines above in which to look for how wide a level of indentation is."""

_HEADER = re.compile(
    r"\s*(?:async\s+)?(?:def|class|if|elif|else|for|while|try|except|finally|with|match|case)\b"
)
_LEAVES = re.compile(r"\s*(?:return|raise|break|continue|pass)\b")


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of a block so far, without line ends, the one that opens it first.

    `unit` is one level of indentation; `closed` says that its closing bracket stands below already.
    """

    lines: tuple[str, ...]
    language: str
    unit: str
    closed: bool = False

    @property
    def end(self) -> str:
        """The line that would close it, "" where none has to."""
        return indentation(self.lines[0]) + closer if (closer := _closer(self)) else ""

    @property
    def indent(self) -> str | None:
        """The indentation of the next line; None when the block is complete, or where it cannot be told."""
        last = self.lines[-1]
        own = indentation(last)
        if opens(last, self.language) is not None:
            return own + self.unit
        if not _open(self.lines, self.language) or _depth(code(last, self.language)) > 0:
            return None
        if _by_indentation(self.language) and _LEAVES.match(last):
            own = own[: -len(self.unit)] if own.endswith(self.unit) else ""
        return own if _deeper(own, self.lines[0]) else None

    @property
    def margins(self) -> tuple[str, ...]:
        """Where the next line may stand: in the block, and where what closes it does if that is yet to come. Asked in the
        block alone, models do not write its end: there it would stand too deep.
        """
        if (own := self.indent) is None:
            return ()
        levels = _open(self.lines, self.language)
        ends = bool(levels) and bool(levels[-1][1]) and not (self.closed and len(levels) == 1)
        if not ends or levels[-1][0] == own or opens(self.lines[-1], self.language) is not None:
            return (own,)
        return (own, levels[-1][0])

    @property
    def closing(self) -> tuple[str, ...]:
        """The lines that would close all that is open, the innermost first; none where it ends by indentation."""
        levels = _open(self.lines, self.language)
        if len(self.lines) < 2 or opens(self.lines[-1], self.language) is not None:
            return ()
        ends = tuple(indent + closer for indent, closer in reversed(levels) if closer)
        ends = ends[: -1 if self.closed else None]
        return ends if len(ends) == len(levels) - self.closed else ()

    def closes(self, line: str) -> bool:
        """Whether a line closes what the last lines are in."""
        levels = _open(self.lines, self.language)
        return bool(levels) and closes(line.strip(), levels[-1][1], self.language)

    def placed(self, line: str) -> str | None:
        """`line` where it belongs in the block; None when it is no further line of it.

        What closes goes where the line of the one it closes begins, as editors put it.
        """
        text = line.strip()
        if not text:
            return None
        if text[0] in CLOSERS.values() or closing(text, self.language):
            levels = _open(self.lines, self.language)
            if not levels or not closes(text, levels[-1][1], self.language):
                return None
            if self.closed and len(levels) == 1:
                return None
            return levels[-1][0] + text
        if not _deeper(indentation(line), self.lines[0]):
            return None
        said = self.lines if sum(map(str.isalnum, text)) > 2 else self.lines[-1:]
        if any(text == own.strip() for own in said):
            return None
        return line.rstrip()

    def grown(self, line: str) -> Block:
        return replace(self, lines=(*self.lines, line))


def begun(
    lines: Sequence[str], first: int, last: int, language: str, *, fresh: bool
) -> Block | None:
    """The block that a suggestion on `first`..`last` of `lines` begins: opens it, or writes its first lines.

    `fresh` says that line `first` was blank before, so that the line above may be the one that opens. None when there
    is no such block, or when it has a body below already.
    """
    top = next((n for n in _tops(first, last, fresh) if _opener(lines, n, language)), None)
    if top is None:
        return None
    own = tuple(lines[top : last + 1])
    if not all(_deeper(indentation(line), own[0]) for line in own[1:] if line.strip()):
        return None
    below = next((line for line in lines[last + 1 :] if line.strip()), "")
    if _deeper(indentation(below), own[0]):
        return None
    closer = opens(own[0], language)
    closed = bool(closer) and indentation(below) == indentation(own[0])
    closed = closed and closes(below.strip(), closer or "", language)
    return Block(own, language, _unit(lines, top, language), closed)


def opens(line: str, language: str) -> str | None:
    """What ends the block that `line` opens: a bracket, a word, a tag, or "" for indentation; None if it opens none."""
    bare = code(line, language).rstrip()
    if closer := CLOSERS.get(bare[-1:]):
        return closer
    if _by_indentation(language) and bare.endswith(":"):
        depth = _depth(bare)
        if depth < 0 or (depth == 0 and (language != "python" or _HEADER.match(bare))):
            return ""
    return closing_word(bare, language)


def _by_indentation(language: str) -> bool:
    return language in ("python", "yaml", "dockercompose") or language not in SYNTAX


def _closer(block: Block) -> str | None:
    return opens(block.lines[0], block.language)


def _tops(first: int, last: int, fresh: bool) -> range:
    return range(max(first - 1, 0) if fresh else first, last + 1)


def _opener(lines: Sequence[str], number: int, language: str) -> bool:
    return opens(lines[number], language) is not None


def _depth(bare: str) -> int:
    return sum((c in CLOSERS) - (c in ")]}") for c in bare)


def _deeper(indent: str, than: str) -> bool:
    margin = indentation(than)
    return len(indent) > len(margin) and indent.startswith(margin)


def _open(lines: Sequence[str], language: str) -> list[tuple[str, str]]:
    """What is open behind the last line: the indentation of each line that opens, and what closes it."""
    levels: list[tuple[str, str]] = []
    for line in filter(str.strip, lines):
        own = indentation(line)
        while levels and not levels[-1][1] and len(own) <= len(levels[-1][0]):
            levels.pop()
        if levels and closes(line.strip(), levels[-1][1], language):
            levels.pop()
        if (closer := opens(line, language)) is not None:
            levels.append((own, closer))
    return levels


def _unit(lines: Sequence[str], top: int, language: str) -> str:
    """One level of indentation: that of the nearest block above, else a tab where tabs are used, else 4 blanks."""
    below = ""
    for number in range(top, max(-1, top - LOOK), -1):
        line = lines[number]
        if not line.strip():
            continue
        if _deeper(indentation(below), line) and _opener(lines, number, language):
            return indentation(below)[len(indentation(line)) :]
        below = line
    return (
        "\t"
        if any(line.startswith("\t") for line in lines[max(0, top - LOOK) : top + 1])
        else "    "
    )
