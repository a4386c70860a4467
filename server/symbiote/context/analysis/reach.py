"""The expressions somebody may go on with near the cursor, and the sets of names that are closed for them.

They are taken from the text around the cursor, put into a line of their own before the cursor's statement, and looked at
there: so they mean what they would mean at the cursor, whatever is half typed in it.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from symbiote.context.analysis.closed import Closed, Convert
from symbiote.context.analysis.origin import Origins
from symbiote.context.analysis.protocol import NameSet
from symbiote.core.text import body, split

LINES = 300
"""Around the cursor, in each direction, to take expressions from."""
EXPRESSIONS = 150
DOTS = 4
CHARACTERS = 200_000
"""Of all sets together: what the worker may tell, and the daemon reads in 1 ms."""

CHAIN = re.compile(r"(?<![\w.\"'\])}])[^\W\d]\w*(?:\.[^\W\d]\w*)*")
WORD_BEFORE = re.compile(r"\b(?:def|class|import|from|nonlocal|global)\s+$")
GUARD = r"\b(?:isinstance|issubclass|hasattr|setattr)\(\s*{}(?![\w.])"
"""Where a text asks what something is, it may be more than was declared."""
STATEMENTS = frozenset(["file_input", "suite", "error_node"])

Parse = Callable[[str], Any]
"""A jedi script of a text that stands for the question's."""


@dataclass(frozen=True, slots=True)
class Expression:
    text: str
    called: bool


def expressions(lines: list[str], line: int) -> list[Expression]:
    """Names with dots around a line, the nearest first; those that a call follows say so."""
    found: dict[str, bool] = {"self": False} if any("self" in one for one in lines) else {}
    for number in _outwards(len(lines), line):
        text = lines[number]
        for match in CHAIN.finditer(text):
            if WORD_BEFORE.search(text, 0, match.start()):
                continue
            parts = match[0].split(".")[:DOTS]
            if keyword.iskeyword(parts[0]) or any(map(keyword.iskeyword, parts)):
                continue
            for end in range(1, len(parts) + 1):
                name = ".".join(parts[:end])
                called = end == len(parts) and text.startswith("(", match.end())
                found[name] = found.get(name, False) or called
        if len(found) >= EXPRESSIONS:
            break
    return [Expression(name, called) for name, called in list(found.items())[:EXPRESSIONS]]


def _outwards(count: int, line: int) -> Iterator[int]:
    for distance in range(LINES):
        if line - distance >= 0 and distance <= line:
            yield line - distance
        if distance and line + distance < count:
            yield line + distance


def merged(sets: list[NameSet]) -> tuple[NameSet, ...]:
    """Sets with the same names as one."""
    found: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in sets:
        found.setdefault((one.kind, one.names), []).extend(one.of)
    return tuple(NameSet(kind, tuple(of), names) for (kind, names), of in found.items())


class Reach:
    def __init__(
        self, parse: Parse, sources: Convert, stubs: Convert, text: str, line: int
    ) -> None:
        self._parse = parse
        self._closed = Closed(sources, stubs)
        self._lines = split(text)
        self._line = min(max(line, 0), len(self._lines) - 1)

    def sets(self, module: Any) -> Iterator[NameSet]:
        """One expression's set after the other. `module` is the tree of the text as it is."""
        asked = expressions(self._lines, self._line)
        if not asked:
            return
        at, indent = self._place(module)
        added = indent + ", ".join(one.text for one in asked) + "\n"
        lines = [*self._lines[:at], added, *self._lines[at:]]
        hidden = {at, self._line + (at <= self._line)}
        script = self._parse("".join(lines))
        look = _Looking(script, lines, hidden)
        column, size = len(indent), 0
        open_: set[str] = set()
        sizes: dict[tuple[str, ...], int] = {}
        for one in asked:
            column += len(one.text)
            leaf = script._module_node.get_leaf_for_position((at + 1, column))
            column += 2
            if leaf is None or leaf.type != "name" or one.text.rpartition(".")[0] in open_:
                open_.add(one.text)
                continue
            found = list(self._told(look, one, leaf))
            if not any(told.kind == "members" for told in found):
                open_.add(one.text)
            for told in found:
                if told.names not in sizes:
                    sizes[told.names] = sum(map(len, told.names))
                    size += sizes[told.names]
                if size > CHARACTERS:
                    return
                yield told

    def _told(self, look: _Looking, one: Expression, leaf: Any) -> Iterator[NameSet]:
        try:
            callable_ = one.called and look.unchanging(leaf)
            sure = look.sure(leaf)
            if not (callable_ or sure) or look.guarded(one.text, leaf):
                return
            values = look.values(leaf)
            names = self._closed.keywords(values) if callable_ else None
            if names is not None:
                yield NameSet("keywords", (one.text,), tuple(sorted(names)))
            names = self._closed.members(values) if sure else None
            if names is not None and not look.contradicted(one.text, leaf, names):
                yield NameSet("members", (one.text,), tuple(sorted(names)))
        except (AttributeError, TypeError, ValueError, KeyError, IndexError, RecursionError):
            return  # jedi fails for single names, not for all

    def _place(self, module: Any) -> tuple[int, str]:
        """Where the cursor's statement begins: the line to put another before, and its indentation."""
        text = body(self._lines[self._line])
        if not text.strip():
            return self._line, text
        leaf = module.get_leaf_for_position((self._line + 1, len(text) - len(text.lstrip())))
        while leaf is not None and leaf.parent is not None and leaf.parent.type not in STATEMENTS:
            leaf = leaf.parent
        at = self._line if leaf is None else min(leaf.start_pos[0] - 1, self._line)
        text = self._lines[at]
        return at, text[: len(text) - len(text.lstrip())]


class _Looking:
    """What the text itself says of expressions at the added line. `hidden` are lines that say nothing yet."""

    def __init__(self, script: Any, lines: list[str], hidden: set[int]) -> None:
        self._root = script._get_module_context()
        self._origins = Origins(script._inference_state)
        self._lines = lines
        self._hidden = hidden

    def sure(self, leaf: Any) -> bool:
        return self._origins.sure(leaf, self._root)

    def values(self, leaf: Any) -> list[Any]:
        return self._origins.values(leaf, self._root)

    def guarded(self, expression: str, leaf: Any) -> bool:
        asks = re.compile(GUARD.format(re.escape(expression)))
        return any(asks.search(line) for line in self._around(expression, leaf))

    def contradicted(self, expression: str, leaf: Any, names: frozenset[str]) -> bool:
        """Whether the text goes on with a name that should not be: then it knows more than jedi."""
        follows = re.compile(rf"(?<![\w.]){re.escape(expression)}\.([^\W\d]\w*)")
        return any(
            name not in names and not name.startswith("__")
            for line in self._around(expression, leaf)
            for name in follows.findall(line)
        )

    def unchanging(self, leaf: Any) -> bool:
        """Whether what is called is a function or a class, and not some value of either kind."""
        before = leaf.get_previous_leaf()
        if before == "." and not self._origins.sure(before.get_previous_leaf(), self._root):
            return False
        names = self._origins.names(leaf, self._root)
        return bool(names) and all(
            name.api_type in ("function", "class") and not name.is_import() for name in names
        )

    def _around(self, expression: str, leaf: Any) -> list[str]:
        """The lines in which an expression means the same, as far as that is to be had: a class's for `self`."""
        kind = "classdef" if expression.partition(".")[0] in ("self", "cls") else "funcdef"
        holder, node = None, leaf
        while node is not None:
            holder = node if node.type == kind else holder
            if holder is not None and kind == "classdef":
                break
            node = node.parent
        start, end = (0, len(self._lines))
        if holder is not None:
            start, end = holder.start_pos[0] - 1, holder.end_pos[0]
        return [
            self._lines[n]
            for n in range(start, end)
            if n not in self._hidden and n < len(self._lines)
        ]
