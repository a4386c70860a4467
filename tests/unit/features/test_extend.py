"""The first line at once, the rest of its block right after; one suggestion all the same."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any

import pytest

from symbiote.core.answer import Suggestion
from symbiote.features.outcome import accepted
from symbiote.features.prefetch import PAUSE
from symbiote.features.state import state
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, accept, listening, said
from unit.features.blocks import BLOCK, STORY


@pytest.fixture
def author() -> Author:
    return Author(story=STORY, first=0.03)


def rows(home: FakeHouse) -> list[tuple[Any, ...]]:
    home.ledger.flush()
    base = sqlite3.connect(home.ledger.path)
    try:
        return base.execute(
            "SELECT outcome, origin, characters, lines FROM asks ORDER BY rowid"
        ).fetchall()
    finally:
        base.close()


def test_the_block_follows_at_once_and_is_one_suggestion(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor, told = listening(home, "for x ")
        first = await editor.ask()
        assert said(first) == "computed: in items:"
        await asyncio.sleep(PAUSE - 0.01)  # what is computed after a pause has not begun
        assert author.finished == 5
        [(at, name)] = told
        assert (at.document, at.line, at.column) == (editor.document, 0, 6)
        longer = await editor.ask()
        assert said(longer) == f"prefetched: {BLOCK}"
        assert longer.id == first.id == name
        assert author.finished == 5
        accepted(home, editor.window, longer.id)
        await asyncio.sleep(1)
        assert len(told) == 1  # nothing is added to what is complete
        accept(editor, longer)
        await editor.said()

    run(play())
    assert rows(home)[0] == ("shown", "computed", len(BLOCK), 5)
    assert len(rows(home)) == 2
    assert home.ledger.events()[0][1] == "accepted"
    assert sum(state(home)["origins"]["shown"].values()) == 1


def test_shown_again_later_is_another_suggestion(home: FakeHouse) -> None:
    async def play() -> None:
        for how in ("by hand", "after another"):
            editor, told = listening(home, "for x ")
            first = await editor.ask()
            await asyncio.sleep(PAUSE)
            assert len(told) == 1
            if how == "after another":
                editor.column = 0
                await editor.said()
                editor.column = 6
            again = await editor.ask(**(INVOKED if how == "by hand" else {}))
            assert said(again).split(": ", 1)[1] == BLOCK
            assert again.id != first.id

    run(play())
    assert len(rows(home)) == 5


def test_asked_by_hand_and_longer_by_itself(home: FakeHouse) -> None:
    """What the engine may leave out depends on who asks: the longer answer is one nobody asked for."""
    home.become(gate=-1.0)

    async def play() -> None:
        editor, told = listening(home, "for x ")
        first = await editor.ask(**INVOKED)
        assert said(first) == "computed: in items:"
        await asyncio.sleep(PAUSE)
        assert len(told) == 1
        longer = await editor.ask()
        assert (said(longer), longer.id) == (f"prefetched: {BLOCK}", first.id)

    run(play())
    assert len(rows(home)) == 1


def test_typing_through_the_block(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor, _ = listening(home, "for x ")
        await editor.said()
        await asyncio.sleep(PAUSE)
        computed = author.began
        for typed in ("in ", "items:", "\n    ", "if x:", "\n        ", "go(x"):
            editor.type(typed)
            answer = said(await editor.ask())
            text = editor.document.text
            assert answer.split(": ", 1)[1] == f"for x {BLOCK}"[len(text) :], typed
            assert answer.startswith(("typed_through", "prefetched"))
        assert author.began == computed

    run(play())


def test_what_was_interrupted_goes_on_when_it_is_shown_again(home: FakeHouse) -> None:
    async def play() -> None:
        editor, told = listening(home, "for x ")
        await editor.said()
        await asyncio.sleep(0.045)
        editor.type("i")
        await editor.said()
        await asyncio.sleep(PAUSE)
        assert len(told) == 1
        editor.backspace()
        assert await editor.said() == "prefetched: in items:\n    if x:"
        await asyncio.sleep(PAUSE)
        assert await editor.said() == f"prefetched: {BLOCK}"

    run(play())


def test_taken_while_the_next_line_is_written(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor, told = listening(home, "for x ")
        first = await editor.ask()
        await asyncio.sleep(0.01)
        editor.type("in items:\n    ")
        assert await editor.said() == "prefetched: if x:"
        assert (author.began, author.stopped, told) == (2, 0, [])
        assert isinstance(first, Suggestion)

    run(play())


def test_line_ends_are_those_of_the_document(home: FakeHouse, author: Author) -> None:
    author.story = "x = 1\nif x:\n    go()\n    return\n"

    async def play() -> None:
        editor, _ = listening(home, "x = 1\r\nif ")
        assert await editor.said() == "computed: x:"
        await asyncio.sleep(PAUSE)
        assert await editor.said() == "prefetched: x:\r\n    go()\r\n    return"
        editor.type("x:\r\n    g")
        assert await editor.said() == "typed_through: o()\r\n    return"

    run(play())


def test_text_behind_the_cursor_and_a_selected_entry_are_left_alone(
    home: FakeHouse, author: Author
) -> None:
    async def play() -> None:
        editor, told = listening(home, "for x  # note")
        editor.column = 6
        author.story = "for x in items:\n"
        assert await editor.said() == "computed: in items:"
        await asyncio.sleep(PAUSE)
        editor, told = listening(home, "fo")
        author.story = "for x in items:\n    go()\n"
        assert await editor.said(selected=(0, "for")) == "computed: for x in items:"
        await asyncio.sleep(PAUSE)
        assert not told

    run(play())
