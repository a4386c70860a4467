"""A text in overlapping slices, each with the names it has and the names it defines: what similarity is counted on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from symbiote.core.text import Document, body

HEIGHT, STEP = 20, 10
"""Lines of a slice, and from one to the next."""
LARGEST = 300_000
"""Characters of a document that is looked into. Longer ones are generated, or data."""
LONGEST = 400
"""Characters of a line. A slice with a longer one is data."""

NAME = re.compile(r"[^\W\d]\w{2,}")
DEFINES = re.compile(
    r"\b(?:def|class|function|func|fn|fun|struct|interface|type|enum|trait|const|let|var|val|module|record)\s+(\w{3,})"
)
COMMON = frozenset(
    [
        "and",
        "any",
        "args",
        "async",
        "await",
        "bool",
        "break",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "def",
        "default",
        "del",
        "delete",
        "elif",
        "else",
        "enum",
        "except",
        "export",
        "extends",
        "false",
        "final",
        "finally",
        "float",
        "fn",
        "for",
        "from",
        "func",
        "function",
        "get",
        "global",
        "goto",
        "if",
        "impl",
        "implements",
        "import",
        "in",
        "int",
        "interface",
        "is",
        "lambda",
        "let",
        "list",
        "long",
        "match",
        "mod",
        "mut",
        "namespace",
        "new",
        "nil",
        "none",
        "not",
        "null",
        "object",
        "or",
        "package",
        "pass",
        "private",
        "protected",
        "pub",
        "public",
        "raise",
        "return",
        "self",
        "set",
        "static",
        "str",
        "string",
        "struct",
        "super",
        "switch",
        "template",
        "this",
        "throw",
        "throws",
        "trait",
        "true",
        "try",
        "type",
        "typedef",
        "typename",
        "typeof",
        "union",
        "unsigned",
        "use",
        "using",
        "val",
        "value",
        "var",
        "virtual",
        "void",
        "where",
        "while",
        "with",
        "yield",
    ]
)


@dataclass(frozen=True, slots=True)
class Slice:
    """Lines from `start` up to, not including, `end`."""

    start: int
    end: int
    text: str
    names: frozenset[str]
    defines: frozenset[str]


class _Line(NamedTuple):
    text: str
    names: Sequence[str]
    defines: Sequence[str]


_NONE: Sequence[str] = ()


def names(text: str) -> list[str]:
    """The names in a text, keywords of no language among them, as often as they stand there."""
    return [name for name in NAME.findall(text) if name.lower() not in COMMON]


def readable(document: Document) -> bool:
    """Whether it is worth looking into: no binary file, none too large."""
    if document.too_large or (document.size or len(document.text)) > LARGEST:
        return False
    return not any("\0" in line for line in document.lines)


def slices(document: Document) -> tuple[Slice, ...]:
    if not readable(document):
        return ()
    lines = [_read(body(line)) for line in document.lines]
    starts = range(0, max(len(lines) - STEP, 1), STEP)
    made = (_cut(lines, start, min(start + HEIGHT, len(lines))) for start in starts)
    return tuple(one for one in made if one is not None)


def _read(line: str) -> _Line:
    if len(line) > LONGEST or not line.strip():
        return _Line(line, _NONE, _NONE)
    return _Line(line, names(line), DEFINES.findall(line))


def _cut(lines: Sequence[_Line], start: int, end: int) -> Slice | None:
    """Those lines without blank ones at both ends; None where nothing is left, or for data."""
    while start < end and not lines[start].text.strip():
        start += 1
    while end > start and not lines[end - 1].text.strip():
        end -= 1
    part = lines[start:end]
    if not part or any(len(line.text) > LONGEST for line in part):
        return None
    found = frozenset[str]().union(*(line.names for line in part))
    defined = frozenset[str]().union(*(line.defines for line in part))
    return Slice(start, end, "\n".join(line.text for line in part), found, defined)
