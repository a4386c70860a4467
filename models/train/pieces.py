"""Pieces of real code as somebody would select them: whole functions, runs of statements, blocks of imports.

A piece is kept without its indentation, so that it parses by itself; `indented` puts it back.
Only ASCII pieces are taken: the columns of `ast` count bytes.
"""

import ast
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

MOST_LINES = 28
LEAST_FUNCTION = 3
WIDEST = 100
"""Characters of a line."""
MOST_BEFORE, MOST_AFTER = 6, 4
"""Lines of context."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Span = tuple[int, int, str]


def parsed(text: str) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return None


def indented(text: str, indent: str) -> str:
    return "\n".join(indent + line if line else line for line in text.split("\n"))


@dataclass(frozen=True)
class Code:
    """`text` is ASCII, ends without a newline and parses to `tree`."""

    text: str
    tree: ast.Module
    kind: str

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @property
    def function(self) -> Function | None:
        """The function that the piece is, decorators included."""
        only = self.tree.body[0] if len(self.tree.body) == 1 else None
        return only if isinstance(only, ast.FunctionDef | ast.AsyncFunctionDef) else None

    @property
    def names(self) -> set[str]:
        """Every name the piece mentions in some role."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            for field in ("id", "arg", "attr", "name", "asname"):
                value = getattr(node, field, None)
                if isinstance(value, str):
                    found.add(value)
        return found

    def offset(self, line: int, column: int) -> int:
        return sum(len(text) + 1 for text in self.lines[: line - 1]) + column

    def span(self, node: ast.expr | ast.stmt | ast.arg) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return (
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def of(self, node: ast.expr | ast.stmt | ast.arg) -> str:
        start, end = self.span(node)
        return self.text[start:end]

    def changed(self, spans: list[Span]) -> str:
        text = self.text
        for start, end, new in sorted(spans, reverse=True):
            text = text[:start] + new + text[end:]
        return text

    def inserted(self, line: int, new: list[str]) -> str:
        """With lines put before `line` (1 is the first)."""
        return "\n".join([*self.lines[: line - 1], *new, *self.lines[line - 1 :]])

    def without(self, first: int, last: int) -> str:
        return "\n".join([*self.lines[: first - 1], *self.lines[last:]])


def whole_lines(code: Code, node: ast.stmt) -> bool:
    """Whether a statement shares its lines with no other code (a comment behind it counts)."""
    assert node.end_lineno is not None and node.end_col_offset is not None
    head = code.lines[node.lineno - 1][: node.col_offset]
    tail = code.lines[node.end_lineno - 1][node.end_col_offset :]
    return not head.strip() and not tail.strip()


@dataclass(frozen=True)
class Piece:
    """A selection: `code`, where it stood (`indent`), and the lines before and after it in its file."""

    code: Code
    indent: str
    before: str
    after: str


def cut(lines: list[str], first: int, last: int, kind: str, rng: random.Random) -> Piece | None:
    """Lines `first` to `last` (counted from 1, both inside) as a piece."""
    taken = lines[first - 1 : last]
    indent = taken[0][: len(taken[0]) - len(taken[0].lstrip())]
    if not all(line.startswith(indent) or not line for line in taken):
        return None
    text = "\n".join(line[len(indent) :] for line in taken)
    if not text.isascii() or "\t" in text or max(map(len, taken)) > WIDEST:
        return None
    if any(line != line.rstrip() for line in taken) or (tree := parsed(text)) is None:
        return None
    start = max(0, first - 1 - rng.randint(0, MOST_BEFORE))
    before, after = lines[start : first - 1], lines[last : last + rng.randint(0, MOST_AFTER)]
    if not all(line.isascii() and len(line) <= WIDEST for line in before + after):
        before, after = [], []
    return Piece(Code(text, tree, kind), indent, "\n".join(before), "\n".join(after))


def first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(d.lineno for d in decorators)])


def last_line(node: ast.stmt) -> int:
    assert node.end_lineno is not None
    return node.end_lineno


def runs(tree: ast.Module, rng: random.Random) -> Iterator[tuple[int, int, str]]:
    """First line, last line and kind of everything that could be selected."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        first, last = first_line(node), last_line(node)
        if LEAST_FUNCTION <= last - first + 1 <= MOST_LINES:
            yield first, last, "function"
        if len(node.body) > 1:
            begin = rng.randrange(len(node.body) - 1)
            end = rng.randint(begin, min(len(node.body) - 1, begin + 5))
            first, last = first_line(node.body[begin]), last_line(node.body[end])
            if last - first < MOST_LINES and first > node.lineno:
                yield first, last, "statements"
    imports = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom)]
    if len(imports) > 1:
        first, last = imports[0].lineno, last_line(imports[-1])
        if last - first < MOST_LINES:
            yield first, last, "imports"


def pieces(text: str, rng: random.Random) -> Iterator[Piece]:
    tree = parsed(text)
    if tree is None:
        return
    lines = text.split("\n")
    for first, last, kind in runs(tree, rng):
        if (piece := cut(lines, first, last, kind, rng)) is not None:
            yield piece
