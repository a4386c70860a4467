"""What ends a block before it is whole."""

from __future__ import annotations

import asyncio

import pytest

from symbiote.core.answer import Suggestion
from symbiote.core.settings import WindowSettings
from symbiote.engine.port import End
from symbiote.features.extend import LINES, PATIENCE
from symbiote.features.follow import closed, forget
from symbiote.features.outcome import dismissed
from symbiote.features.prefetch import PAUSE
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, URI, listening
from unit.features.blocks import STORY


@pytest.fixture
def author() -> Author:
    return Author(story=STORY, first=0.03)


@pytest.mark.parametrize("how", ["key", "ask", "dismissed", "closed", "settings"])
def test_whatever_happens_ends_it(home: FakeHouse, author: Author, how: str) -> None:
    async def play() -> None:
        editor, told = listening(home, "for x ")
        await editor.said()
        await asyncio.sleep(0.045)  # the second line is known, the third is being written
        assert author.running == 1
        match how:
            case "key":
                editor.type("i")
            case "ask":
                editor.column = 0
                assert await editor.said() == "computed: for x in items:"
            case "dismissed":
                dismissed(home, editor.window)
            case "closed":
                closed(editor.window, URI)
            case _:
                forget(editor.window)
        await asyncio.sleep(PAUSE - 0.05)
        assert not told
        assert author.running == 0
        assert author.began == (4 if how == "ask" else 3)

    run(play())


@pytest.mark.parametrize(
    ("worth", "end"), [(-2.0, End.EOG), (-0.1, End.LIMIT), (-0.1, End.DEADLINE)]
)
def test_only_where_the_engine_is_sure_and_done(
    home: FakeHouse, author: Author, worth: float, end: End
) -> None:
    home.become(gate=-1.0)

    async def play() -> None:
        editor, told = listening(home, "for x ")
        await editor.said()
        await asyncio.sleep(0.045)  # of two lines it was sure
        author.confidence, author.end = worth, end
        await asyncio.sleep(PAUSE)
        assert len(told) == 1
        assert await editor.said() == "prefetched: in items:\n    if x:"
        author.confidence = -2.0  # by hand one is told all the same, but no more
        editor, told = listening(home, "for x in ")
        assert await editor.said(**INVOKED) == "computed: items:"
        await asyncio.sleep(PAUSE)
        assert not told

    run(play())


def test_not_on_battery_and_not_in_a_window_that_is_switched_off(home: FakeHouse) -> None:
    async def on_battery() -> bool:
        return True

    async def play() -> None:
        editor, told = listening(home, "for x ")
        await editor.said()
        await asyncio.sleep(0.045)
        editor.window.settings = WindowSettings(enabled=False)
        await asyncio.sleep(PAUSE)
        editor.window.settings = WindowSettings()
        assert len(told) == 1
        home.on_battery = on_battery
        forget(editor.window)
        assert await editor.said() == "computed: in items:"
        await asyncio.sleep(PAUSE)
        assert len(told) == 1

    run(play())


def test_not_more_than_anybody_reads_and_not_for_ever(home: FakeHouse, author: Author) -> None:
    author.story = "if x:\n" + "".join(f"    step_{n}()\n" for n in range(20))

    async def play() -> None:
        editor, _ = listening(home, "if ")
        await editor.said()
        await asyncio.sleep(PAUSE + 0.1)
        answer = await editor.ask()
        assert isinstance(answer, Suggestion)
        assert answer.text.count("\n") + 1 == LINES
        author.first = 0.7
        editor.window.settings = WindowSettings(deadline_ms=1_000)
        forget(editor.window)
        await editor.said()
        await asyncio.sleep(PATIENCE + 1)
        answer = await editor.ask()
        assert isinstance(answer, Suggestion)
        assert answer.text == "x:\n    step_0()\n    step_1()\n    step_2()"

    run(play())


def test_a_loop_of_lines_ends_it(home: FakeHouse, author: Author) -> None:
    author.story = "if x:\n" + "    one_()\n    two_()\n" * 5

    async def play() -> None:
        editor, _ = listening(home, "if ")
        await editor.said()
        await asyncio.sleep(PAUSE)
        assert await editor.said() == "prefetched: x:\n    one_()\n    two_()"

    run(play())
