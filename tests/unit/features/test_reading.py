"""When grammars read documents: at once when they are opened, later again, and nothing is kept of closed ones."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.text import Document, opened
from symbiote.features import reading
from symbiote.features.follow import closed, leave
from symbiote.features.house import Window
from symbiote.features.prepare import prepare
from symbiote.grammar.trees import LARGEST, known
from unit.doubles import FakeEngine, house

URI = "file:///shop/a.ts"


def document(text: str, version: int = 1, language: str = "typescript") -> Document:
    return opened(URI, language, version, text)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.005)


def read(at: Document) -> bool:
    found = known(at)
    return found is not None and list(found.lines) == at.lines


def test_read_when_opened_and_after_a_pause_and_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAUSE", 0.05)

    async def play() -> None:
        home, window = house(tmp_path, FakeEngine()), Window("w")
        first = document("f();\n")
        prepare(home, window, first)
        await until(lambda: read(first))
        second = document("f();\ng();\n", 2)
        third = document("f();\nh();\n", 3)
        prepare(home, window, second)
        assert read(first)  # nothing is read while a key is handled
        prepare(home, window, third)
        await until(lambda: not read(first))
        assert read(third)
        closed(window, URI)
        assert known(third) is None
        prepare(home, window, third)
        await asyncio.sleep(0)
        closed(window, URI)  # while it is being read
        await asyncio.sleep(0.2)
        assert known(third) is None
        prepare(home, window, third)
        await until(lambda: read(third))
        leave(home, window)
        assert known(third) is None
        home.ledger.close()

    asyncio.run(play())


def test_what_is_not_read(tmp_path: Path) -> None:
    async def play() -> None:
        home, window = house(tmp_path, FakeEngine()), Window("w")
        window.excluded[URI] = "secret"
        prepare(home, window, document("f();\n"))
        window.excluded.clear()
        prepare(home, window, document("f();\n", language="zig"))
        prepare(home, window, document("f();\n" * (LARGEST // 5 + 1)))
        prepare(home, window, replace(document(""), too_large=True))
        await asyncio.sleep(0.1)
        assert known(document("")) is None
        home.ledger.close()

    asyncio.run(play())
