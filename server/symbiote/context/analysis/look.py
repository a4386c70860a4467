"""One look at one place: what jedi is asked, kind by kind. Knows jedi only as the script it is handed."""

from __future__ import annotations

import keyword
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any, TypeVar

from symbiote.context.analysis.protocol import (
    Call,
    Definition,
    EnclosingClass,
    Import,
    Member,
    NameSet,
    Question,
)
from symbiote.context.analysis.reach import Reach
from symbiote.core.text import body, split

MEMBERS, OVERLOADS, DEFINITIONS, IMPORTS, OFFERED = 60, 3, 24, 30, 40
"""The most of each that is told."""
NEAR = 40
"""Lines above the cursor whose names are looked up."""
TRIED = 60
"""Names looked up at most, the nearest first."""
HEAD = 6
"""Lines of a definition's text."""
CHARACTERS = 400
"""Of a signature or a line of a docstring; four times as many of a head."""
OUTWARDS = 50
"""Scopes around a cursor."""

DAMAGED = (EOFError, pickle.UnpicklingError)
"""A parse tree on disk that was being written when a worker was ended (parso writes in place)."""

CALLABLE = ("function", "class")
DEFINING = ("function", "class", "property", "statement")

DOT = re.compile(r"\.[ \t]*(\w*)$")
NAME = re.compile(r"[^\W\d]\w*")
ATTRIBUTE = re.compile(r"[ \t]+self\.(\w+)[ \t]*(?::[^=]*)?=(?!=)")
IMPORT = re.compile(r"[ \t]*(?:from[ \t]+(\.*[\w.]*)[ \t]+import\b|import[ \t]+([^#;\r\n]+))")
MODULE = re.compile(r"[ \t]*([\w.]*\w)")

Item = TypeVar("Item")


class Look:
    """`faults` gathers single questions that jedi failed in, as "kind: error"."""

    def __init__(self, script: Any, question: Question, reach: Reach) -> None:
        self._script = script
        self._reach = reach
        self._lines = split(question.text)
        self._line = min(max(question.line, 0), len(self._lines) - 1)
        text = body(self._lines[self._line])
        self._column = min(max(question.column, 0), len(text))
        self._before = text[: self._column]
        self.faults: set[str] = set()

    def kinds(self) -> dict[str, Callable[[], Iterator[Any]]]:
        """How each kind is found, in the order of what it is worth to somebody who is writing."""
        return {
            "call": self.call,
            "members": self.members,
            "enclosing": self.enclosing,
            "definitions": self.definitions,
            "imports": self.imports,
            "closed": self.closed,
        }

    def call(self) -> Iterator[Call]:
        def told(one: Any) -> Iterator[Call]:
            yield Call(one.name or "", _short(one.to_string()), one.index, _path(one))

        found: list[Any] = self._ask(
            "call", lambda: self._script.get_signatures(self._line + 1, self._column)
        )
        for one in found[:OVERLOADS]:
            yield from self._ask("call", partial(told, one))

    def members(self) -> Iterator[Member]:
        """Of the object before the dot, also where its member's name is half typed."""
        dot = DOT.search(self._before)
        if dot is None:
            return
        column = dot.start(1)
        found: list[Any] = self._ask(
            "members", lambda: self._script.complete(self._line + 1, column)
        )
        public = [one for one in found if not (one.name or "__").startswith("__")]
        for one in public[:MEMBERS]:
            member = self._member("members", one)
            if member.kind != "path":  # inside a string jedi lists folders
                yield member

    def enclosing(self) -> Iterator[EnclosingClass]:
        """At first with bare names; then again, with kinds and signatures, which take longer."""
        for scope in self._ask("enclosing", self._classes_around)[:1]:
            head, doc = _short(scope.get_line_code().strip()), self._doc("enclosing", scope)
            names: list[Any] = self._ask("enclosing", scope.defined_names)[:MEMBERS]
            own = tuple(Member(name, "statement") for name in self._attributes(scope))
            bare = tuple(Member(one.name or "") for one in names)
            yield EnclosingClass(scope.name, head, doc, bare + own)
            full = tuple(self._member("enclosing", one) for one in names)
            yield EnclosingClass(scope.name, head, doc, full + own)

    def definitions(self) -> Iterator[Definition]:
        told: set[tuple[str, str]] = set()
        for line, column in self._near():
            for found in self._ask("definitions", partial(self._definition, line, column)):
                if (found.module, found.name) not in told:
                    told.add((found.module, found.name))
                    yield found
            if len(told) >= DEFINITIONS:
                return

    def imports(self) -> Iterator[Import]:
        told: set[str] = set()
        for line, column, module in self._imported():
            if module in told:
                continue
            told.add(module)
            yield from self._ask("imports", partial(self._offered, line, column, module))
            if len(told) >= IMPORTS:
                return

    def closed(self) -> Iterator[NameSet]:
        yield from self._reach.sets(self._script._module_node)

    def _ask(self, kind: str, what: Callable[[], Iterable[Item]]) -> list[Item]:
        """jedi's answer; nothing, and a fault, when it fails: it does so for single names, not for all."""
        try:
            return list(what())
        except (*DAMAGED, MemoryError):
            raise
        except Exception as error:
            self.faults.add(f"{kind}: {type(error).__name__}")
            return []

    def _member(self, kind: str, one: Any) -> Member:
        for what in self._ask(kind, lambda: [str(one.type)]):
            signature = self._signature(kind, one) if what in CALLABLE else ""
            return Member(one.name, what, signature, self._file(kind, one))
        return Member(one.name, path=self._file(kind, one))

    def _file(self, kind: str, one: Any) -> str:
        return "".join(self._ask(kind, lambda: [_path(one)]))

    def _signature(self, kind: str, one: Any) -> str:
        written = self._ask(kind, lambda: [s.to_string() for s in one.get_signatures()[:1]])
        return _short(written[0]) if written else ""

    def _doc(self, kind: str, one: Any) -> str:
        lines = self._ask(kind, lambda: one.docstring(raw=True).strip().splitlines()[:1])
        return _short(lines[0]) if lines else ""

    def _classes_around(self) -> Iterator[Any]:
        scope = self._script.get_context(self._line + 1, self._column)
        for _ in range(OUTWARDS):
            if scope is None or scope.type == "module":
                return
            if scope.type == "class":
                yield scope
            scope = scope.parent()

    def _attributes(self, scope: Any) -> list[str]:
        """Names assigned to `self` within a class."""
        end = scope.get_definition_end_position()
        lines = self._lines[scope.line : end[0]] if end else []
        found = (ATTRIBUTE.match(line) for line in lines)
        return list(dict.fromkeys(match[1] for match in found if match))[:MEMBERS]

    def _definition(self, line: int, column: int) -> Iterator[Definition]:
        """Nothing for what needs no telling: built-in names, and variables of this very text."""
        for one in self._script.goto(line + 1, column, follow_imports=True)[:1]:
            kind = one.type
            if kind not in DEFINING or one.in_builtin_module():
                return
            if kind == "statement" and one.module_path == self._script.path:
                return
            yield Definition(
                one.name or "",
                kind,
                self._signature("definitions", one) if kind in CALLABLE else "",
                self._doc("definitions", one),
                one.module_name or "",
                _short(one.get_line_code(after=HEAD - 1), 4 * CHARACTERS),
                _path(one),
            )

    def _offered(self, line: int, column: int, module: str) -> Iterator[Import]:
        for found in self._script.infer(line + 1, column)[:1]:
            if found.type in ("module", "namespace"):
                names = (one.name or "_" for one in found.defined_names())
                public = dict.fromkeys(name for name in names if not name.startswith("_"))
                yield Import(module, tuple(public)[:OFFERED], _path(found))

    def _near(self) -> Iterator[tuple[int, int]]:
        """Where names stand, the nearest above the cursor first, each name once."""
        seen = {"self", "cls"}
        for line in range(self._line, max(self._line - NEAR, -1), -1):
            text = self._before if line == self._line else self._lines[line]
            for match in reversed(list(NAME.finditer(text))):
                if match[0] in seen or keyword.iskeyword(match[0]):
                    continue
                seen.add(match[0])
                if len(seen) > TRIED:
                    return
                yield line, match.start()

    def _imported(self) -> Iterator[tuple[int, int, str]]:
        """Modules named by the text's import statements, and where the last part of each name stands."""
        for line, text in enumerate(self._lines):
            if "import" not in text or (match := IMPORT.match(text)) is None:
                continue
            if match[1] is not None:
                if match[1].strip("."):
                    yield line, match.end(1) - 1, match[1]
                continue
            start = match.start(2)
            for part in match[2].split(","):
                if module := MODULE.match(part):
                    yield line, start + module.end(1) - 1, module[1]
                start += len(part) + 1


def _path(one: Any) -> str:
    return str(one.module_path or "")


def _short(text: str, most: int = CHARACTERS) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
