"""Documents as trees: read beside the keystroke's path, kept by document, and carried on from edit to edit.

A tree counts bytes, a document code points. Lines are what both count alike: they are told apart here as `core.text`
does, each is encoded by itself, and columns are converted within a line.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from symbiote.core.text import Document, body
from symbiote.grammar.load import parser

if TYPE_CHECKING:
    from tree_sitter import Tree

LARGEST = 300_000
"""Code points. Larger documents are not read: lines tell what there is to tell."""
KEPT = 32
"""Documents. A tree of 2,000 lines takes about 1.5 MB."""
CHUNK = 16_384
"""Bytes that are handed over at once: between two of them other threads may run."""


@dataclass(frozen=True, slots=True)
class Known:
    """A tree and the text it was read from: `lines` as the document has them, `data` as the tree counts it."""

    language: str
    lines: Sequence[str]
    data: Sequence[bytes]
    tree: Tree

    def column(self, line: int, column: int) -> int:
        """A column in bytes."""
        text = self.lines[line]
        return column if text.isascii() else len(encoded(text[:column]))


_known: OrderedDict[str, Known] = OrderedDict()
_lock = threading.Lock()


def known(document: Document) -> Known | None:
    """The last tree of a document, which may be older than it. Never reads, never waits."""
    found = _known.get(document.uri)
    return found if found is not None and found.language == document.language else None


def read(document: Document) -> Known | None:
    """The tree of a document as it is now, which is then `known`; None where there can be none. Takes its time: 10 ms for
    2,000 lines read for the first time.
    """
    found = parsed(document)
    if found is not None:
        with _lock:
            _known[document.uri] = found
            _known.move_to_end(document.uri)
            if len(_known) > KEPT:
                _known.popitem(last=False)
    return found


def forget(uri: str) -> None:
    """The document is closed."""
    with _lock:
        _known.pop(uri, None)


def parsed(document: Document) -> Known | None:
    """The tree of a document that may never come to be, such as one with a suggestion in it. Nothing is kept."""
    if document.too_large or (document.size or len(document.text)) > LARGEST:
        return None
    old = known(document)
    return _changed(old, document.lines) if old is not None else _fresh(document)


def _fresh(document: Document) -> Known | None:
    reader = parser(document.language)
    if reader is None:
        return None
    data = [encoded(line) for line in document.lines]
    text = b"".join(data)
    tree = reader.parse(lambda offset, _: text[offset : offset + CHUNK])
    return Known(document.language, document.lines, data, tree)


def _changed(old: Known, lines: Sequence[str]) -> Known | None:
    """The tree of `lines`, of whatever was read already what holds still."""
    first = same(old.lines, lines)
    if first == len(lines) == len(old.lines):
        return old
    most = min(len(old.lines), len(lines)) - first
    below = same(old.lines[::-1], lines[::-1], most)
    old_end, new_end = len(old.lines) - below, len(lines) - below
    middle = [encoded(line) for line in lines[first:new_end]]
    data = [*old.data[:first], *middle, *old.data[old_end:]]
    start = sum(map(len, data[:first]))
    gone = start + sum(map(len, old.data[first:old_end]))
    came = start + sum(map(len, middle))
    tree = old.tree.copy()
    tree.edit(start, gone, came, (first, 0), (old_end, 0), (new_end, 0))
    reader = parser(old.language)
    if reader is None:
        return None
    return Known(old.language, lines, data, reader.parse(b"".join(data), tree))


def same(old: Sequence[str], new: Sequence[str], most: int | None = None) -> int:
    """How many lines are the same from the beginning. Lines nobody touched are the same objects, which is quick."""
    low, high = 0, min(len(old), len(new)) if most is None else most
    while low < high:  # halving: a slice is compared in C
        middle = (low + high + 1) // 2
        if old[low:middle] == new[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def encoded(line: str) -> bytes:
    """A line as the tree counts it, its end one byte. What UTF-8 cannot hold is a question mark, NUL a blank: a grammar
    may take it for the end of the text.
    """
    text = body(line) + "\n" if line[-1:] in ("\n", "\r") else line
    return text.encode("utf-8", "replace").replace(b"\0", b" ")
