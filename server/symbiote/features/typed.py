"""What lies between two moments of one document: text typed, text accepted. Pure."""

from __future__ import annotations

from dataclasses import replace

from symbiote.core.moment import Moment
from symbiote.core.text import Document, Encoding, Position, Span, body, split


def settled(moment: Moment) -> Moment:
    """The moment as it will be once the entry selected in the editor's list is taken.

    As it was, where that would make the document too large to be followed.
    """
    if moment.selected is None:
        return moment
    after = accepted(moment, *moment.selected)
    return moment if after.document.too_large else after


def accepted(moment: Moment, start: int, text: str) -> Moment:
    """The moment after `text` was put in place of `start`..cursor: a suggestion that was taken.

    Its document may have become too large.
    """
    document = moment.document
    span = Span(Position(moment.line, start), Position(moment.line, moment.column))
    after = document.edit(span, text, Encoding.UTF32, document.version + 1)
    *above, last = split(text)
    column = len(last) if above else start + len(last)
    line = moment.line + len(above)
    return replace(moment, document=after, line=line, column=column, selected=None)


def rewound(moment: Moment, line: int, column: int) -> Moment:
    """The moment before the text from `line`, `column` up to the cursor was typed."""
    gone = Span(Position(line, column), Position(moment.line, moment.column))
    document = moment.document
    before = document.edit(gone, "", Encoding.UTF32, document.version + 1)
    return replace(moment, document=before, line=line, column=column, selected=None)


def typed_since(line: int, column: int, moment: Moment) -> str | None:
    """The text from `line`, `column` up to the moment's cursor, lines ended by `\\n`.

    None if there is no such place any more, or if it lies behind the cursor.
    """
    if (moment.line, moment.column) < (line, column):
        return None
    if column > len(body(moment.document.lines[line])):
        return None
    return between(moment.document, Position(line, column), Position(moment.line, moment.column))


def grown(before: Moment, now: Document) -> str | None:
    """What was typed at `before`'s cursor if nothing else happened to its document since; else None.

    Compares all lines; those nobody touched are the same objects, which makes it cheap.
    """
    old, new, at = before.document.lines, now.lines, before.line
    more = len(new) - len(old)
    if now.too_large or more < 0 or old[:at] != new[:at] or old[at + 1 :] != new[at + more + 1 :]:
        return None
    rest = old[at][before.column :]
    cursor = len(new[at + more]) - len(rest)
    start, end = Position(at, before.column), Position(at + more, cursor)
    if cursor < 0 or (end.line, end.character) < (start.line, start.character):
        return None
    if not new[at + more].endswith(rest) or not new[at].startswith(before.before):
        return None
    return between(now, start, end)


def between(document: Document, start: Position, end: Position) -> str:
    """The text of a span in code points, with `\\n` for every line end."""
    lines = document.lines
    if start.line == end.line:
        return lines[start.line][start.character : end.character]
    parts = [lines[start.line][start.character :], *lines[start.line + 1 : end.line]]
    return plain("".join([*parts, lines[end.line][: end.character]]))


def plain(text: str) -> str:
    """Line ends as models write them."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
