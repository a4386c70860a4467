"""Asks answered without the engine, and those that must not be."""

from __future__ import annotations

import asyncio
import math

from symbiote.core.errors import EngineGone
from symbiote.core.settings import WindowSettings
from symbiote.engine.port import End
from symbiote.features.follow import forget
from symbiote.features.why import explain
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, Editor, said


def test_which_silences_are_remembered(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home)
        author.story = "x\n"  # of which nothing is left
        editor.type("x")
        assert [await editor.said() for _ in range(2)] == ["! blank", "! blank"]
        assert author.began == 1
        author.story, author.error = "xy = 1\n", EngineGone("killed")
        editor.type("y")
        assert await editor.said() == "! engine_died"
        author.error, author.first = None, 10
        editor.window.settings = WindowSettings(deadline_ms=100)
        assert await editor.said() == "! deadline"
        author.first = 0
        home.become(gate=-1.0)
        author.confidence = -2.0
        assert [await editor.said() for _ in range(2)] == ["! low_confidence"] * 2
        assert author.began == 4
        assert await editor.said(**INVOKED) == "computed:  = 1"  # nothing less may be kept back
        assert [ask.least for ask in author.asks[-2:]] == [-1.0, -math.inf]
        assert await editor.said(**INVOKED) == "remembered:  = 1"
        editor.type(" ")
        assert await editor.said(**INVOKED) == "typed_through: = 1"
        author.confidence = -0.5  # of the rest, the engine is sure
        assert await editor.said() == "computed: = 1"

    run(play())


def test_a_part_that_came_by_the_deadline(home: FakeHouse, author: Author) -> None:
    """It is what the ask gets that waits for it, and is not taken for the whole later."""
    author.first, author.end = 0.05, End.DEADLINE

    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        author.story = "import os, sy"  # the word it was cut in
        editor.ask()
        await asyncio.sleep(0.01)
        editor.type(" ")
        assert await editor.said() == "typed_through: os,"
        assert len(editor.window.memory) == 0
        author.end, author.story = End.LINE, "import os, sys\n"
        assert await editor.said() == "computed: os, sys"

    run(play())


def test_a_document_with_crlf(home: FakeHouse, author: Author) -> None:
    author.first = 0.05
    author.story = "if x:\n    go()\n"

    async def play() -> None:
        editor = Editor(home, "")
        editor.type("if x:")
        editor.document = editor.document.replaced("if x:\r\n", 9)
        assert await editor.said() == "computed: \r\n    go()"
        editor.type("\r\n    ")
        assert await editor.said() == "typed_through: go()"
        editor.type("g")
        assert await editor.said() == "typed_through: o()"
        assert author.began == 1

    author.story = "if x:\n    go()\n"
    run(play())


def test_a_selected_entry_and_then_the_entry(home: FakeHouse, author: Author) -> None:
    author.story = "item.print_all(x)\n"

    async def play() -> None:
        editor = Editor(home, "item.pri")
        answer = await editor.ask(selected=(5, "print_all"))
        assert said(answer) == "computed: print_all(x)"
        editor.type("nt_all")
        assert await editor.said() == "remembered: (x)"
        assert "remembered from the same place" in explain(editor.window, home)[1]
        editor.type("(")
        assert await editor.said() == "typed_through: x)"
        assert "whose beginning was typed" in explain(editor.window, home)[1]
        assert author.began == 1

    run(play())


def test_an_engine_that_dies_or_is_another_one(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        author.error = EngineGone("killed")
        editor.ask()
        await asyncio.sleep(0.01)
        editor.type("p")
        second = editor.ask()
        await asyncio.sleep(0.05)
        author.error = None
        assert said(await second) == "computed: ort os"
        home.become(pid=77)
        assert await editor.said() == "computed: ort os"
        home.become(model="other")
        assert await editor.said() == "computed: ort os"
        assert await editor.said() == "remembered: ort os"
        forget(editor.window)
        assert await editor.said() == "computed: ort os"
        assert author.began == 5

    run(play())
