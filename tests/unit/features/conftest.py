"""A house whose engine knows how the story goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from symbiote.grammar import trees
from unit.doubles import Author, FakeEngine, FakeHouse, house

STORY = "import os\ndef read(path):\n    return path.read_text()\n"


@pytest.fixture
def author() -> Author:
    return Author(story=STORY)


@pytest.fixture
def home(tmp_path: Path, author: Author) -> Iterator[FakeHouse]:
    made = house(tmp_path, author)
    yield made
    made.ledger.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(tokens=["answer"])


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No threads: time passes when nothing else is left to do (unit/clock.py)."""

    async def at_once(what: Any, *args: Any) -> Any:
        return what(*args)

    monkeypatch.setattr(asyncio, "to_thread", at_once)


@pytest.fixture(autouse=True)
def no_trees() -> Iterator[None]:
    """Which filter cuts a bracket hangs on whether there is a tree, and trees go by URI."""
    for uri in tuple(trees._known):
        trees.forget(uri)
    yield
