"""What comes after a suggestion is there when it is taken, and never in anybody's way."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from symbiote.core.errors import EngineGone
from symbiote.engine.port import State
from symbiote.features.follow import closed, forget, leave
from symbiote.features.prefetch import PAUSE
from symbiote.features.state import state
from unit.clock import run
from unit.doubles import Author, FakeHouse, house
from unit.editor import URI, Editor, accept, said

STORY = "import os\nimport sys\nimport re\n"


@pytest.fixture
def author() -> Author:
    return Author(story=STORY, first=0.05)


@pytest.fixture
def home(tmp_path: Path, author: Author) -> Iterator[FakeHouse]:
    made = house(tmp_path, author)
    yield made
    made.ledger.close()


async def shown(home: FakeHouse, text: str = "im", suggestion: str = "port os") -> Editor:
    """An editor that has just been shown a suggestion."""
    editor = Editor(home)
    editor.type(text)
    assert await editor.said() == f"computed: {suggestion}"
    return editor


async def idle() -> None:
    await asyncio.sleep(PAUSE + 0.1)


def test_the_state_after_acceptance_is_there(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home)
        await idle()
        assert author.finished == 2
        accept(editor, await editor.asked[-1])
        answer = await editor.ask()
        assert said(answer) == "prefetched: \nimport sys"
        assert answer.cost.tokens.generated == 0
        assert author.finished == 2
        await idle()  # and what comes after that
        editor.type("\nimport ")
        assert await editor.said() == "typed_through: sys"
        editor.type("sys")
        assert await editor.said() == "prefetched: \nimport re"
        editor.backspace(3)
        editor.type("sys")
        assert await editor.said() == "remembered: \nimport re"
        assert author.finished == 3

    run(play())
    figures = state(home)
    assert figures["prefetch"]["begun"] == figures["prefetch"]["ended"] == 2
    assert figures["prefetch"]["generated_tokens"] == len("\nimport sys\n\nimport re\n")
    assert figures["origins"]["shown"] == {
        "computed": 1,
        "typed_through": 1,
        "prefetched": 2,
        "remembered": 1,
    }
    assert figures["origins"]["share"]["prefetched"] == 0.4


def test_who_types_on_is_not_disturbed(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home)
        await asyncio.sleep(PAUSE / 2)
        editor.type("p")  # before it began
        await idle()
        assert author.began == 1
        await editor.said()
        await asyncio.sleep(PAUSE + 0.01)
        assert author.running == 1
        editor.type("x")  # in the middle
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        assert (author.running, author.stopped) == (0, 1)
        assert await editor.said() == "computed: ?"

    run(play())


def test_taken_while_it_is_being_computed(home: FakeHouse, author: Author) -> None:
    author.first = 0.2

    async def play() -> None:
        editor = await shown(home)
        await asyncio.sleep(PAUSE + 0.1)
        accept(editor, await editor.asked[-1])
        began = asyncio.get_running_loop().time()
        other = Editor(home, window="v")
        other.type("de")
        both = await asyncio.gather(editor.ask(), other.ask())
        assert [said(a) for a in both] == ["prefetched: \nimport sys", "computed: ?"]
        assert author.stopped == 0  # somebody waits for it: it does not make way
        assert asyncio.get_running_loop().time() - began == pytest.approx(0.3, abs=0.01)

    run(play())


def test_another_window_comes_first(home: FakeHouse, author: Author) -> None:
    author.first = 0.2

    async def play() -> None:
        await shown(home)
        await asyncio.sleep(PAUSE + 0.01)
        assert author.running == 1
        other = Editor(home, window="v")
        other.type("im")
        began = asyncio.get_running_loop().time()
        assert await other.said() == "computed: port os"
        assert asyncio.get_running_loop().time() - began == pytest.approx(0.2, abs=0.01)
        assert author.stopped == 1

    run(play())


def test_an_ask_elsewhere_comes_first(home: FakeHouse, author: Author) -> None:
    author.first = 0.2

    async def play() -> None:
        editor = await shown(home)
        await asyncio.sleep(PAUSE + 0.01)
        editor.column = 0
        began = asyncio.get_running_loop().time()
        assert await editor.said() == "computed: import os"
        assert asyncio.get_running_loop().time() - began == pytest.approx(0.2, abs=0.01)
        assert author.stopped == 1

    run(play())


def test_not_on_battery(home: FakeHouse, author: Author) -> None:
    async def on_battery() -> bool:
        return True

    home.on_battery = on_battery

    async def play() -> None:
        await shown(home)
        await idle()
        assert author.began == 1

    run(play())
    assert state(home)["prefetch"]["begun"] == 0


def test_only_after_a_suggestion_that_is_still_of_use(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home, cancels=False)
        editor.type("im")
        asked = editor.ask()
        await asyncio.sleep(0.01)
        editor.type("x")
        await asked
        await idle()
        assert author.began == 1  # the document has moved on
        author.story = "imx\n"
        assert await editor.said() == "! blank"
        await idle()
        assert author.began == 2

    run(play())


@pytest.mark.parametrize("how", ["closed", "settings", "left", "off"])
def test_everything_can_change_in_the_pause(home: FakeHouse, author: Author, how: str) -> None:
    async def play() -> None:
        editor = await shown(home)
        match how:
            case "closed":
                closed(editor.window, URI)
            case "settings":
                forget(editor.window)
            case "left":
                leave(home, editor.window)
            case _:
                home.become(state=State.OFF)
        await idle()
        assert author.began == 1
        assert len(editor.window.memory) == (how == "off")

    run(play())


def test_an_engine_that_dies_ahead_costs_nothing(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home)
        author.error = EngineGone("killed")
        await idle()
        author.error = None
        accept(editor, await editor.asked[-1])
        assert await editor.said() == "computed: \nimport sys"

    run(play())
    assert state(home)["prefetch"]["ended"] == 0


def test_what_is_there_is_not_computed_again(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = await shown(home)
        await idle()
        for _ in range(3):
            assert await editor.said() == "remembered: port os"
            await idle()
        assert author.began == 2

    run(play())
