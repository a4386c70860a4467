"""What a window is told of answers that were not computed for its last ask, and of asks that overtook each other."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import pytest

from symbiote.features.around import around
from symbiote.features.house import Window
from symbiote.features.prefetch import PAUSE
from symbiote.features.reproduction import reproduction
from symbiote.features.why import Explained, explain
from unit.clock import run
from unit.doubles import READY, Author, FakeHouse
from unit.editor import Editor, accept, said
from unit.marked import CURSOR, moment


def prefix(told: Explained) -> Any:
    """The text before the cursor in the reproduction."""
    assert told.reproduction is not None
    return json.loads(told.reproduction)["prefix"]


def test_typed_through_shows_what_the_engine_read_then(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        assert await editor.said() == "computed:  os"
        editor.type(" ")
        assert await editor.said() == "typed_through: os"
        told = explain(editor.window, home)
        assert told.title == "Why this?"
        assert "- Shown: 2 characters, the rest of an answer whose beginning was typed" in told.text
        assert "For the earlier ask, or the one ahead of time, whose answer this is." in told.text
        assert "```python\nimport\n```" in told.text
        assert "- `' os\\n'`" in told.text
        assert "- Typed of it since: `' '`" in told.text
        assert "- trailing_space: `'os\\n'` → `'os'`" in told.text
        assert (
            ", when it was computed: 0 in the prompt, 0 of them computed anew, 4 generated"
            in told.text
        )
        assert prefix(told) == "import"
        assert author.began == 1

    run(play())


def test_prefetched(home: FakeHouse) -> None:
    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        assert await editor.said() == "computed:  os"
        await asyncio.sleep(PAUSE + 0.1)
        accept(editor, await editor.asked[-1])
        assert (await editor.said() or "").startswith("prefetched: ")
        told = explain(editor.window, home)
        assert "computed ahead, before it was asked for" in told.text
        assert "```python\nimport os\n```" in told.text
        assert prefix(told) == "import os"

    run(play())


def test_what_was_read_is_told_only_where_it_is_known(home: FakeHouse) -> None:
    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        await editor.said()
        editor.type(" ")
        assert await editor.said() == "typed_through: os"
        home.become(gate=-5.0)
        assert "```python\nimport\n```" in explain(editor.window, home).text  # as of the ask
        home.become(model="chatty", family="", specials=frozenset())
        told = explain(editor.window, home)
        assert "what it was is no longer known" in told.text
        assert prefix(told) == "import "

    run(play())


def test_the_newest_ask_is_told_of_though_an_older_one_ends_later(
    home: FakeHouse, author: Author
) -> None:
    author.first = 10

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        older = editor.ask()
        await asyncio.sleep(0.01)
        editor.window.paused = True
        newest = editor.ask()  # cancels the older one, which ends when the engine has stopped
        assert said(await newest) == "! paused"
        with contextlib.suppress(asyncio.CancelledError):
            await older
        assert older.cancelled()
        assert "- Shown: nothing (paused)" in explain(editor.window, home).text

    run(play())


def test_a_cancelled_ask_tells_how_far_it_came(home: FakeHouse, author: Author) -> None:
    author.delay = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        asked = editor.ask()
        await asyncio.sleep(0.12)
        editor.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asked
        told = explain(editor.window, home)
        assert "- Shown: nothing (cancelled)" in told.text
        assert "- It came to no end for this ask; so far: `' o'`, 2 tokens" in told.text
        assert prefix(told) == "import"

    run(play())


def test_two_windows_are_told_of_their_own_asks(home: FakeHouse) -> None:
    async def play() -> None:
        mine, other = Editor(home, "apricot = 1\n"), Editor(home, "banana = 2\n", window="v")
        await asyncio.gather(mine.ask(), other.ask())
        told, else_told = explain(mine.window, home), explain(other.window, home)
        assert "apricot" in told.text
        assert "banana" not in told.text + str(told.reproduction)
        assert "banana" in else_told.text
        assert "apricot" not in else_told.text + str(else_told.reproduction)
        assert explain(Window("n"), home).text.startswith("Nothing was asked")

    run(play())


def test_an_excluded_document_is_not_quoted(home: FakeHouse) -> None:
    async def rule(uri: str, roots: tuple[str, ...]) -> str | None:
        return "A rule excludes it."

    async def play() -> None:
        editor = Editor(home)
        editor.type("import")
        assert await editor.said() == "computed:  os"
        assert "```python\nimport\n```" in explain(editor.window, home).text
        home.why_excluded = rule
        assert await editor.said() == "! excluded"
        told = explain(editor.window, home)
        assert "A rule excludes it." in told.text
        assert "import" not in told.text
        assert told.reproduction is None

    run(play())


LONG = "".join(f"{'    ' * (n % 5)}value_{n} = {'x' * (n * 7 % 60)}\n" for n in range(1_000))


@pytest.mark.parametrize("line", [0, 1, 15, 16, 100, 333, 640, 990, 999, 1_000])
@pytest.mark.parametrize("column", [0, 4])
def test_a_reproduction_gives_the_same_prompt(line: int, column: int) -> None:
    lines = LONG.split("\n")
    column = min(column, len(lines[line]))
    lines[line] = lines[line][:column] + CURSOR + lines[line][column:]
    read = around(READY, moment("\n".join(lines)))
    hole = json.loads(reproduction("0123456789", read, "python"))
    assert len(hole["prefix"]) + len(hole["suffix"]) <= 16_000
    again = around(READY, moment(hole["prefix"] + CURSOR + hole["suffix"]))
    assert again == read
