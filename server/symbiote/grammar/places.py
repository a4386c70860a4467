"""What a place in a document is: inside a comment, a string or code, of which language, and of which block.

The last tree tells as far as the text above is what it was read from; what was typed since is read line by line, and so
is everything where there is no tree. Nothing here waits for a tree to be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from symbiote.core.text import Document, body
from symbiote.grammar import trees
from symbiote.grammar.languages import (
    COMMENTS,
    EMBEDDED,
    FENCED,
    NO_STRINGS,
    STRINGS,
    SUBSTITUTIONS,
    syntax,
)
from symbiote.grammar.scan import CODE, Kind, State, after, carried
from symbiote.grammar.trees import Known, known, same

if TYPE_CHECKING:
    from tree_sitter import Node

LOOK = 200
"""Lines that are read again at most: without a tree, and where much was typed since it was read."""

_QUOTED = re.compile(r"[A-Za-z@$&]*(#*)(\"\"\"|'''|[\"'`/])")
_RAW = re.compile(r"\w*R\"([^\s()\\]{0,16})\(")
_BLOCK = re.compile(
    r"(?:function|method|class|struct|impl|interface|enum|module|namespace|trait|constructor)"
    r"(?:_\w+)?|\w*block|\w*body|compound_statement|element|rule_set|singleton_method|arrow_function"
)


class Place(NamedTuple):
    """`language` is that of the text around: HTML holds JavaScript, Markdown whatever its fences say."""

    state: State
    language: str


@dataclass(frozen=True, slots=True)
class Enclosing:
    """A block by the lines it begins and ends in; `kind` is what its grammar calls it."""

    kind: str
    first: int
    last: int


_last: tuple[Document, Known | None, int, int, Place] | None = None
"""Several filters ask of one and the same place."""
_above: tuple[list[str], Place, bool, State] | None = None
"""The lines that were read last, from which state and how sure, and what they led to: the next key needs the same."""


def place(document: Document, line: int, column: int) -> Place:
    """What holds the place before the character at `column`, in code points."""
    global _last
    tree, last = known(document), _last
    if last is not None and last[0] is document and last[1] is tree and last[2:4] == (line, column):
        return last[4]
    found = _place(document, tree, line, column)
    _last = (document, tree, line, column, found)
    return found


def forget(uri: str) -> None:
    """The document is closed: no text of it is kept."""
    global _last, _above
    _last = _above = None
    trees.forget(uri)


def _place(document: Document, tree: Known | None, line: int, column: int) -> Place:
    before = body(document.lines[line])[:column]
    if tree is not None:
        at = same(tree.lines, document.lines, min(line, len(tree.lines) - 1))
        if at == line and tree.lines[line].startswith(before):
            told = _told(tree, line, column)
            if told is not None:
                return told
        if line - at <= LOOK and (found := _start(tree, at)) is not None:
            first = max(found[0], line - LOOK)
            return _read(document, first, line, before, found[1], sure=True)
    first = max(0, line - LOOK)
    return _read(document, first, line, before, Place(CODE, document.language), sure=False)


def enclosing(document: Document, line: int, column: int) -> tuple[Enclosing, ...]:
    """The blocks of more than one line around a place, the innermost first; none where no tree tells of this very text."""
    tree = known(document)
    if tree is None or (tree.lines is not document.lines and list(tree.lines) != document.lines):
        return ()
    found: list[Enclosing] = []
    for node, parent in _outwards(tree, line, tree.column(line, column)):
        first, last = node.start_point[0], node.end_point[0]
        inner = parent is not None and node.is_named
        if last > first and inner and _BLOCK.fullmatch(node.type):
            found.append(Enclosing(node.type, first, last))
    return tuple(found)


def _read(
    document: Document, first: int, line: int, before: str, start: Place, *, sure: bool
) -> Place:
    """From the beginning of line `first` to the end of `before`. Unless `start` is sure, a quote that stands alone is
    taken for an apostrophe when its line ends.
    """
    global _above
    lines, seen = list(document.lines[first:line]), _above
    if seen is not None and seen[1:3] == (start, sure) and seen[0] == lines:
        held = seen[3]
    else:
        held = _through(lines, start, sure=sure)
        _above = (lines, start, sure, held)
    return Place(after(before, held, start.language), start.language)


def _through(lines: Sequence[str], start: Place, *, sure: bool) -> State:
    state, language = start
    for text in lines:
        state = carried(after(body(text), state, language))
        if not sure and len(state.closer) == 1 and state.closer != "`":
            state = CODE
    return state


def _start(tree: Known, line: int) -> tuple[int, Place] | None:
    """What holds the beginning of a line, and the line from which on to read: that of an embedded text's beginning.

    None where the grammar made no sense of all the text: what it takes for code may be what an open comment holds.
    """
    point = (line, 0)
    for node, parent in _outwards(tree, line, 0):
        start, end = node.start_point, node.end_point
        strictly = start < point < end
        if strictly and node.type in SUBSTITUTIONS:
            break
        if strictly or (start <= point < end and node.type in ("heredoc_body", "nowdoc_body")):
            state = _state(tree, node)
            if state is not None and state.lasts:
                return line, Place(state, tree.language)
        if start <= point < end and (language := _embedded(tree, node, parent)):
            return min(line, start[0] + (start[1] > 0)), Place(CODE, language)
    return None if tree.tree.root_node.has_error else (line, Place(CODE, tree.language))


def _told(tree: Known, line: int, column: int) -> Place | None:
    """What the tree itself says; None where it is not sure, as where a quote is still open."""
    point = (line, tree.column(line, column))
    for node, parent in _outwards(tree, line, max(point[1] - 1, 0)):
        start, end = node.start_point, node.end_point
        if _embedded(tree, node, parent):
            return None
        if start < point < end and node.type in SUBSTITUTIONS:
            break
        state = _state(tree, node) if start < point <= end else None
        if state is not None and (point < end or not state.closer):
            return Place(state, tree.language)
    return None if tree.tree.root_node.has_error else Place(CODE, tree.language)


def _outwards(tree: Known, line: int, column: int) -> Iterator[tuple[Node, Node | None]]:
    """The nodes at a place, the innermost first, each with its parent.

    Found from the root on: `Node.parent` begins there each time, which took seconds for 5,000 brackets in one another.
    """
    node: Node | None = tree.tree.root_node
    here = tree.tree.root_node.descendant_for_point_range((line, column), (line, column))
    if here is None:
        return
    chain: list[Node] = []
    while node is not None:
        chain.append(node)
        node = node.child_with_descendant(here) if node != here else None
    yield from zip(reversed(chain), [*reversed(chain[:-1]), None], strict=True)


def _state(tree: Known, node: Node) -> State | None:
    """What a node is the inside of."""
    comment = node.type in COMMENTS
    string = node.type in STRINGS and node.type not in NO_STRINGS.get(tree.language, ())
    if not comment and not string and node.type != "html_block":
        return None
    row, column = node.start_point
    text = tree.data[row][column : column + 32].decode("utf-8", "replace")
    for opener, closer in syntax(tree.language).block:
        if text.startswith(opener):
            return State(Kind.COMMENT, closer, True)
    if comment:
        return State(Kind.COMMENT)
    if node.type == "html_block":
        return None
    if raw := _RAW.match(text):
        return State(Kind.STRING, f'){raw[1]}"', True)
    quoted = _QUOTED.match(text)
    return State(Kind.STRING, quoted[2] + quoted[1] if quoted else "", True)


def _embedded(tree: Known, node: Node, parent: Node | None) -> str:
    """The language of a text that the grammar leaves to another one, "" of all other nodes."""
    if node.type == "raw_text" and parent is not None:
        return EMBEDDED.get(parent.type, "")
    if node.type == "text" and tree.language == "php":
        return "html"
    if node.type == "code_fence_content" and parent is not None:
        for child in parent.named_children:
            if child.type == "info_string" and child.text is not None:
                return FENCED.get(child.text.decode("utf-8", "replace").split(" ")[0].lower(), "")
    return ""
