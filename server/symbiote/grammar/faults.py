"""Whether a text fits: how many places of a document a grammar cannot make sense of, with one text at a place or another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from symbiote.core.text import Document, split
from symbiote.grammar.trees import Known, known, parsed
from symbiote.grammar.words import WORDS

if TYPE_CHECKING:
    from tree_sitter import Node

MOST = 40
"""Faults that are counted. A file with more is not what its name says, or not yet."""


LOOK = 60
"""Lines above and below in which to look for a word that closes nothing."""
WITHIN = 0.001
"""Seconds of processor time. Where a text fits badly, a grammar may read all that follows anew."""


def faults(
    document: Document, line: int, column: int, text: str, within: float = WITHIN
) -> int | None:
    """How many there are with `text` at a place (code points), up to `MOST`; None where no tree of the document is known, and
    when it takes longer than `within`.

    A place is a fault where the grammar skips something, or has to think of something that is not there: a bracket that
    closes nothing, one that is missing.
    """
    if known(document) is None:
        return None
    own = document.lines[line]
    middle = split(own[:column] + text + own[column:])
    if line < len(document.lines) - 1 and middle[-1] == "":
        middle.pop()
    lines = [*document.lines[:line], *middle, *document.lines[line + 1 :]]
    tree = parsed(replace(document, lines=lines, size=document.size + len(text)), within)
    return None if tree is None else _count(tree.tree.root_node) + _alone(tree, line)


def _alone(tree: Known, line: int) -> int:
    """Words that close nothing, in lines nearby: the grammars of Ruby and the shell take them for names."""
    if (words := WORDS.get(tree.language)) is None:
        return 0
    found = 0
    for number in range(max(0, line - LOOK), min(len(tree.lines), line + LOOK)):
        text = tree.lines[number]
        if (word := text.strip()) in words.closers:
            column = text.index(word)  # behind blanks: a byte each
            place = ((number, column), (number, column + len(word)))
            node = tree.tree.root_node.descendant_for_point_range(*place)
            found += node is not None and node.type in ("identifier", "word", "command_name")
    return found


def _count(root: Node) -> int:
    if not root.has_error:
        return 0
    found, left = 0, [root]
    while left and found < MOST:
        node = left.pop()
        found += node.is_error or node.is_missing
        left += [child for child in node.children if child.has_error or child.is_missing]
    return found
