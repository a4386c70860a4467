"""Documents as trees: read beside the keystroke's path, kept by document, and carried on from edit to edit.

A tree counts bytes, a document code points. Lines are what both count alike: they are told apart here as `core.text`
does, each is encoded by itself, and columns are converted within a line.
"""

from __future__ import annotations

import math
import threading
import time
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


def parsed(document: Document, within: float = math.inf) -> Known | None:
    """The tree of a document that may never come to be, such as one with a suggestion in it. Nothing is kept.

    None too when it takes longer than `within` seconds of processor time.
    """
    if document.too_large or (document.size or len(document.text)) > LARGEST:
        return None
    old = known(document)
    if old is not None:
        return _changed(old, document.lines, within)
    data = [encoded(line) for line in document.lines]
    tree = _parse(document.language, data, None, within)
    return Known(document.language, document.lines, data, tree) if tree is not None else None


def _parse(language: str, data: Sequence[bytes], old: Tree | None, within: float) -> Tree | None:
    reader = parser(language)
    if reader is None:
        return None
    text, until = b"".join(data), time.thread_time() + within

    def some(offset: int, _: object) -> bytes:
        return text[offset : offset + CHUNK]

    def late(_: int, __: bool) -> bool:
        return time.thread_time() > until

    try:
        if old is None:
            return reader.parse(some, progress_callback=late)
        return reader.parse(some, old, progress_callback=late)
    except ValueError:  # given up
        return None


def _changed(old: Known, lines: Sequence[str], within: float) -> Known | None:
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
    parsed = _parse(old.language, data, tree, within)
    return Known(old.language, lines, data, parsed) if parsed is not None else None


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
