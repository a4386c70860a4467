"""When nobody types, the prompt is read anew with its anchor at the cursor: for models that need it, and only then."""

from __future__ import annotations

import asyncio

import pytest

from symbiote.core.errors import EngineGone
from symbiote.core.pieces import Keep, Special, Text
from symbiote.engine.port import Ask, State
from symbiote.features.follow import closed
from symbiote.features.prefetch import IDLE
from symbiote.features.state import state
from unit.clock import run
from unit.doubles import Author, FakeHouse, sides
from unit.editor import URI, Editor

ABOVE = "total = (\n" + "    first_value +\n" * 5
LINE = "    third_value\n)\n"
TYPED, NEXT = ABOVE + "    third", "_value"
"""More than half of what may stand behind an anchor."""


@pytest.fixture
def author() -> Author:
    return Author(story="!\n")


async def shown(home: FakeHouse, author: Author) -> Editor:
    """An editor that was asked at the beginning of some lines, and again when most of them were typed."""
    editor = Editor(home)
    assert await editor.said() == "computed: !"
    author.story = ABOVE + LINE
    editor.type(TYPED)
    assert await editor.said() == f"computed: {NEXT}"
    assert behind(author.asks[-1]) == TYPED
    return editor


async def idle() -> None:
    await asyncio.sleep(IDLE + 0.5)


def behind(ask: Ask) -> str:
    """What stands behind the middle token."""
    last = ask.pieces[-1]
    return last.text if isinstance(last, Text) else ""


def ahead(author: Author) -> list[Ask]:
    return [ask for ask in author.asks if ask.limit == 0]


def test_typing_goes_on_from_there(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home, author)
        await idle()
        (read,) = ahead(author)
        assert (sides(read), behind(read)) == ((TYPED, ""), "third")
        assert state(home)["prefetch"]["ended"] == 2  # the state after acceptance, and this
        editor.type("_x")
        assert await editor.said() == "computed: ?"
        assert author.asks[-1].pieces == (*read.pieces[:-1], Text("third_x", Keep.END))
        await idle()
        assert len(ahead(author)) == 1

    run(play())


def test_what_was_answered_before_still_holds(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home, author)
        await idle()
        began = author.began
        assert await editor.said() == f"remembered: {NEXT}"
        editor.type("_va")
        assert await editor.said() == "typed_through: lue"
        editor.type("lue")
        assert await editor.said() == "prefetched: \n)"
        editor.backspace(3)
        assert await editor.said() == "typed_through: lue"
        assert author.began == began

    run(play())


@pytest.mark.parametrize("why", ["battery", "spm", "short", "typing", "off", "elsewhere"])
def test_only_where_it_is_of_use(home: FakeHouse, author: Author, why: str) -> None:
    async def on_battery() -> bool:
        return True

    async def play() -> None:
        if why == "spm":
            home.become(family="symbiote")
        editor = Editor(home) if why in ("spm", "short") else await shown(home, author)
        match why:
            case "battery":
                home.on_battery = on_battery
            case "spm" | "short":
                author.story = ABOVE + LINE
                editor.type(TYPED[:20])
                await editor.said()
            case "typing":
                await asyncio.sleep(IDLE - 0.1)
                editor.type("x")
            case "off":
                home.become(state=State.OFF)
            case _:
                await asyncio.sleep(IDLE - 0.1)
                editor.column = 0
                editor.ask()
                await asyncio.sleep(0)
                editor.cancel()
        await idle()
        assert not ahead(author)

    run(play())


def test_who_asks_meanwhile_comes_first(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home, author)
        await asyncio.sleep(IDLE - 0.1)
        author.first = 0.5
        await asyncio.sleep(0.3)
        assert author.running == len(ahead(author)) == 1
        author.first = 0.0
        editor.type("x")
        began = asyncio.get_running_loop().time()
        assert await editor.said() == "computed: ?"
        assert asyncio.get_running_loop().time() == began
        assert author.stopped == 1
        assert behind(author.asks[-1]) == TYPED + "x"  # the new anchor is not read yet

    run(play())


def test_an_engine_that_dies_meanwhile_costs_nothing(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home, author)
        await asyncio.sleep(IDLE - 0.1)
        author.error = EngineGone("killed")
        await idle()
        assert len(ahead(author)) == 1
        author.error = None
        editor.type("x")
        assert await editor.said() == "computed: ?"
        assert behind(author.asks[-1]) == TYPED + "x"

    run(play())


def test_a_closed_document_has_no_anchors(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home, author)
        closed(editor.window, URI)
        assert await editor.said() == f"computed: {NEXT}"
        assert behind(author.asks[-1]) == "third"

    run(play())


def test_models_that_read_the_suffix_first_have_no_anchors(home: FakeHouse, author: Author) -> None:
    home.become(family="symbiote")

    async def play() -> None:
        editor = Editor(home)
        for letter in "total = ":
            editor.type(letter)
            await editor.said()
        assert all(ask.pieces[-1] == Special("<|fim_middle|>") for ask in author.asks)

    run(play())


def test_a_model_that_cannot_fill_in_is_refused_as_before(home: FakeHouse) -> None:
    home.become(family="", specials=frozenset())

    async def play() -> None:
        assert await Editor(home).said() == "! refused"

    run(play())
