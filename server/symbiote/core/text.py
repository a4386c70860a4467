"""Documents as the editor sees them: LSP line ends, LSP positions, immutable snapshots.

Only `\n`, `\r\n` and `\r` end a line (LSP 3.17, "Text Documents"). `str.splitlines` also breaks at form
feeds, U+2028 and four others, after which every later edit would hit the wrong place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from symbiote.core.errors import Stale

MAX_CHARACTERS = 2_000_000
"""Documents above this size are mirrored by version only and answered with Silence(too_large)."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Encoding(StrEnum):
    """What one unit of an LSP `character` counts."""

    UTF8 = "utf-8"
    UTF16 = "utf-16"
    UTF32 = "utf-32"


@dataclass(frozen=True, slots=True)
class Position:
    """Zero-based line and column; the column's unit depends on who speaks (see `Encoding`)."""

    line: int
    character: int


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, not including, `end`."""

    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Document:
    """One version of one text. `lines` keep their line ends; the last line has none.

    An edit returns a new document, so whoever holds one keeps what it saw. `size` counts code points
    (0: not counted yet), so that no edit has to count them all. The first `above` lines are not the document's own: they are
    those of a notebook's cells above it, and the editor counts without them.
    """

    uri: str
    language: str
    version: int
    lines: Sequence[str]
    too_large: bool = False
    size: int = field(default=0, compare=False)
    above: int = 0

    @property
    def text(self) -> str:
        return "".join(self.lines)

    @property
    def own(self) -> Document:
        """Without the cells above."""
        if not self.above:
            return self
        lines = self.lines[self.above :]
        return replace(self, lines=lines, size=sum(map(len, lines)), above=0)

    def place(self, position: Position, encoding: Encoding) -> Position:
        """Turn a client's position into one whose column counts code points, clamped to the text.

        A column past the end of the line means the end of the line (LSP), before its line end; a
        column inside a surrogate pair means the character's start.
        """
        line = min(max(position.line, 0), len(self.lines) - 1)
        if position.line > line:
            return Position(line, len(body(self.lines[line])))
        content = body(self.lines[line])
        return Position(line, to_code_points(content, max(position.character, 0), encoding))

    def holds(self, position: Position, encoding: Encoding) -> bool:
        """Whether a client's position lies inside the text."""
        if not 0 <= position.line < len(self.lines):
            return False
        length = from_code_points(self.lines[position.line], None, encoding)
        return 0 <= position.character <= length

    def edit(self, span: Span, text: str, encoding: Encoding, version: int) -> Document:
        """Replace `span` (in the client's columns) by `text`."""
        self.follow(version)
        if self.too_large:
            return Document(self.uri, self.language, version, self.lines, too_large=True)
        start, end = self.place(span.start, encoding), self.place(span.end, encoding)
        if (end.line, end.character) < (start.line, start.character):
            start, end = end, start
        head = self.lines[start.line][: start.character]
        tail = self.lines[end.line][end.character :]
        middle = split(head + text + tail)
        if end.line < len(self.lines) - 1 and middle[-1] == "":
            middle.pop()  # the tail brought its own line end: what follows is already a line
        lines = list(self.lines)
        lines[start.line : end.line + 1] = middle
        if _parted(lines, start.line - 1) or _parted(lines, start.line + len(middle) - 1):
            whole = opened(self.uri, self.language, version, "".join(lines))
            return replace(whole, above=self.above)
        gone = sum(map(len, self.lines[start.line : end.line + 1]))
        size = (self.size or len(self.text)) - gone + sum(map(len, middle))
        if size > MAX_CHARACTERS:
            return Document(self.uri, self.language, version, [""], too_large=True)
        return Document(self.uri, self.language, version, lines, size=size, above=self.above)

    def replaced(self, text: str, version: int) -> Document:
        """The whole text anew."""
        self.follow(version)
        return opened(self.uri, self.language, version, text)

    def follow(self, version: int) -> None:
        """Raise `Stale` unless `version` is newer than the one held."""
        if version <= self.version:
            raise Stale(f"{self.uri}: version {version} after {self.version}")


def opened(uri: str, language: str, version: int, text: str) -> Document:
    """A document as `didOpen` brings it."""
    if len(text) > MAX_CHARACTERS:
        return Document(uri, language, version, [""], too_large=True)
    return Document(uri, language, version, split(text), size=len(text))


def split(text: str) -> list[str]:
    """Lines with their ends; always at least one, and a last one without an end."""
    if "\r" not in text:  # five times as fast, and nearly always so
        *whole, last = text.split("\n")
        return [*(line + "\n" for line in whole), last]
    lines = _LINE.findall(text)
    if not lines or lines[-1][-1] in "\r\n":
        lines.append("")
    return lines


def body(line: str) -> str:
    """A line without its line end."""
    return line.rstrip("\r\n") if line[-1:] in ("\n", "\r") else line


def to_code_points(line: str, units: int, encoding: Encoding) -> int:
    """The index into `line` that lies `units` into it, clamped; never inside a character."""
    low, high = 0, min(units, len(line))
    if encoding is Encoding.UTF32 or line.isascii():
        return high
    # Halving, because one look at a whole prefix costs less than ten at characters.
    while low < high:
        middle = (low + high + 1) // 2
        if _units(line[:middle], encoding) <= units:
            low = middle
        else:
            high = middle - 1
    return low


def from_code_points(line: str, index: int | None, encoding: Encoding) -> int:
    """How many units the first `index` characters take (None: the whole line without its end)."""
    return _units(body(line) if index is None else line[:index], encoding)


def _units(part: str, encoding: Encoding) -> int:
    if encoding is Encoding.UTF32 or part.isascii():
        return len(part)
    if encoding is Encoding.UTF16:
        return len(part.encode("utf-16-le", "surrogatepass")) // 2
    return len(part.encode("utf-8", "surrogatepass"))


def _parted(lines: Sequence[str], at: int) -> bool:
    """Whether an edit put a `\\r` at the end of one line and a `\\n` at the start of the next."""
    return 0 <= at < len(lines) - 1 and lines[at].endswith("\r") and lines[at + 1].startswith("\n")
