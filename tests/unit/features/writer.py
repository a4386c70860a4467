"""An editor whose context is on, with other documents beside the one it types in."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from symbiote.core.pieces import Text
from symbiote.core.settings import SOURCES, WindowSettings
from symbiote.core.text import Document, opened
from symbiote.engine.port import Ask
from symbiote.features import pause
from symbiote.features.follow import edited
from symbiote.features.prefetch import IDLE
from symbiote.features.prepare import prepare
from unit.clock import run
from unit.doubles import FakeEngine, FakeHouse
from unit.editor import URI, Editor

SHOP = "file:///shop.py"
TEXT = "def settle_invoice(invoice):\n    return invoice.total\n"
DEFINED = "def settle_invoice(invoice):"


@dataclass
class Disk:
    """Says what is excluded."""

    excluded: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    async def __call__(self, uri: str, roots: tuple[str, ...]) -> str | None:
        self.asked.append(uri)
        return "So it is." if uri in self.excluded else None


class Writer(Editor):
    """An editor whose context is on, with other documents."""

    def __init__(self, home: FakeHouse, text: str = "", *sources: str, name: str = "w") -> None:
        super().__init__(home, text, window=name)
        self.window.settings = WindowSettings(context=sources or SOURCES)
        edited(self.house, self.window, URI, self.document)

    def open(self, uri: str = SHOP, text: str = TEXT, version: int = 1) -> Document:
        document = opened(uri, "python", version, text)
        edited(self.house, self.window, uri, document)
        return document

    def edit(self, start: tuple[int, int], end: tuple[int, int], text: str) -> None:
        super().edit(start, end, text)
        prepare(self.house, self.window, self.document)

    async def think(self) -> None:
        """Long enough for everything that is done in a pause."""
        await asyncio.sleep(pause.PAUSE + IDLE + 1)


def begun(home: FakeHouse) -> Writer:
    """Somebody who is about to write what is in the other document."""
    writer = Writer(home)
    writer.open()
    writer.type("paid = settle_invoice(")
    return writer


def prompt(ask: Ask) -> str:
    return "".join(piece.text for piece in ask.pieces if isinstance(piece, Text))


def ahead(engine: FakeEngine) -> list[Ask]:
    return [ask for ask in engine.asks if ask.limit == 0]


def asked(engine: FakeEngine) -> list[Ask]:
    return [ask for ask in engine.asks if ask.limit]


def play(scene: Coroutine[Any, Any, None]) -> None:
    run(scene)
