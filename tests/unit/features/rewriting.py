"""A house whose engine follows instructions, and a window that applies what it is told."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from symbiote.core.pieces import Special
from symbiote.core.text import Document, Position, Span, opened
from symbiote.engine.port import Ask
from symbiote.features import follow
from symbiote.features.house import House, Window
from symbiote.features.rewrite.draft import Wanted
from symbiote.features.rewrite.region import Lines, lines_of
from symbiote.features.rewrite.run import rewrite
from symbiote.features.rewrite.told import Progress, Rewritten
from symbiote.prompt.intentions import Intention, intentions
from unit.doubles import READY, SPECIALS, FakeEngine, Narrator, house

CHATML = frozenset({"<|im_start|>", "<|im_end|>"})
INSTRUCT = replace(READY, model="double-instruct", specials=SPECIALS | CHATML)
KNOWN: Mapping[str, Intention] = intentions()[0]
URI = "file:///project/a.py"
CODE = """\
import os


def total(items):
    result = 0
    for item in items:
        result += item
    return result


print(total([]))
"""


def said(text: str) -> list[str]:
    """The tokens of an answer: words with what stands before them."""
    parts: list[str] = []
    for character in text:
        if parts and (character.isalnum() and parts[-1][-1].isalnum()):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


@dataclass
class Editor:
    """A window with one document open. It applies edits as they come while `follows`, and tells the server so."""

    house: House
    window: Window = field(default_factory=lambda: Window("w"))
    document: Document = field(default_factory=lambda: opened(URI, "python", 1, CODE))
    told: list[Progress] = field(default_factory=list)
    region: Lines = field(default_factory=lambda: Lines(0, 0))
    follows: bool = True

    def __post_init__(self) -> None:
        self.window.live = lambda uri: self.document if uri == self.document.uri else None

    @property
    def text(self) -> str:
        return self.document.text

    def edit(self, start: int, end: int, lines: list[str]) -> None:
        """Put lines in the place of others, as an editor tells it."""
        old = [line.rstrip("\n") for line in self.document.lines]
        new = "\n".join([*old[:start], *lines, *old[end:]])
        self.document = self.document.replaced(new, self.document.version + 1)
        follow.edited(self.house, self.window, self.document.uri, self.document)

    def hears(self, progress: Progress) -> None:
        self.told.append(progress)
        if progress.region is not None:
            self.region = progress.region
        if progress.edit is not None and self.follows:
            at = self.region.start + progress.edit.at
            self.edit(at, at + progress.edit.remove, list(progress.edit.insert))

    def wants(
        self, first: int, last: int, words: str = "", *, id: str = "r", **more: object
    ) -> Wanted:
        span = Span(Position(first, 0), Position(last, 0))
        lines = lines_of(self.document, span)
        wanted = Wanted(id, self.document, lines, words, asked_at=time.monotonic())
        return replace(wanted, **more)  # type: ignore[arg-type]

    async def rewrite(
        self, first: int, last: int, words: str = "", *, id: str = "r", **more: object
    ) -> Rewritten:
        """Lines `first` up to, not including, `last`."""
        wanted = self.wants(first, last, words, id=id, **more)
        return await rewrite(self.house, self.window, wanted, KNOWN, self.hears)


NEW = """\
def total(items: list[int]) -> int:
    result = 0
    for item in items:
        result += item
    return result"""
ANSWER = f"```python\n{NEW}\n```"
WHOLE = CODE.replace("def total(items):", "def total(items: list[int]) -> int:")


def engine(answer: str = ANSWER, **more: object) -> Narrator:
    return Narrator(tokens=said(answer), state=INSTRUCT, **more)  # type: ignore[arg-type]


def editor(folder: Path, double: FakeEngine) -> Editor:
    return Editor(house(folder, double))


def prompt(ask: Ask) -> str:
    return "".join(p.name if isinstance(p, Special) else p.text for p in ask.pieces)
