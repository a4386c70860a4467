"""Keys come faster than answers: what is still wanted goes on, what is not stops at once."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from symbiote.features.follow import closed, leave
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import URI, Editor, said

STORY = "import os\ndef read(path):\n    return path.read_text()\n"
KEYS = 1 / 30


def rows(home: FakeHouse) -> list[tuple[Any, ...]]:
    home.ledger.flush()
    base = sqlite3.connect(home.ledger.path)
    try:
        sql = "SELECT outcome, origin, generated_tokens FROM asks ORDER BY rowid"
        return base.execute(sql).fetchall()
    finally:
        base.close()


async def holds(what: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if what():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize("cancels", [True, False], ids=["VS Code", "Neovim"])
def test_a_50_ms_engine_at_30_keys_a_second(home: FakeHouse, author: Author, cancels: bool) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home, cancels=cancels)
        for letter in STORY[:-2]:
            await editor.key(letter, KEYS)
        answers = await editor.answers()
        answered = [a for a in answers if ": " in a]
        assert len(answered) >= 0.9 * len(answers)
        for number, answer in enumerate(answers, start=1):
            origin, _, text = answer.partition(": ")
            if text and "\n" not in text:
                assert STORY[number:].startswith(text), (number, origin)
        assert len(answers) == len(rows(home))

    run(play())
    assert author.began - home.ahead.begun <= 2 * STORY.count("\n") + 1


def test_vs_code_withdraws_first_and_asks_later(home: FakeHouse, author: Author) -> None:
    """A key each 100 ms, cancelled after 20, asked again after 50; the engine takes 200."""
    author.first = 0.2

    async def play() -> None:
        editor = Editor(home)
        answered = 0
        for letter in "import os"[:-1]:
            editor.type(letter)
            await asyncio.sleep(0.02)
            editor.cancel()
            await asyncio.sleep(0.03)
            editor.ask()
            await asyncio.sleep(0.05)
            answered += editor.asked[-1].done()
        assert answered >= 6
        assert author.began == 1

    run(play())


def test_other_text_stops_it_at_once(home: FakeHouse, author: Author) -> None:
    author.first = 0.03
    author.delay = 0.01

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        first = editor.ask()
        await asyncio.sleep(0.045)  # one letter is written: `p`
        editor.type("x")
        editor.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert author.running == 0
        assert said(await editor.ask()) == "computed: ?"
        editor.backspace()
        assert said(await editor.ask()) == "computed: port os"

    run(play())
    assert author.stopped == 1
    wrote = [(row[0], row[2]) for row in rows(home)]
    assert wrote == [("cancelled", 1), ("shown", 1), ("shown", len("port os\n"))]


def test_the_engine_may_be_wrong_before_it_says_so(home: FakeHouse, author: Author) -> None:
    """Nothing contradicts an engine that is still reading; its first letter does, and then it is left."""
    author.first, author.delay = 0.05, 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        editor.ask()
        await asyncio.sleep(0.02)
        editor.type("xyz")
        began = asyncio.get_running_loop().time()
        assert said(await editor.ask()) == "computed: ?"
        took = asyncio.get_running_loop().time() - began
        assert took == pytest.approx(0.03 + 0.05 + 0.1, abs=0.005)
        assert author.stopped == 1

    run(play())


def test_a_cancel_without_a_key_stops_it(home: FakeHouse, author: Author) -> None:
    author.first = 10

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        task = editor.ask()
        await holds(lambda: author.running == 1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert author.running == 0

    run(play())
    assert rows(home) == [("cancelled", None, 0)]


def test_what_arrives_after_its_cancel_is_remembered(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        editor.ask()
        await asyncio.sleep(0.01)
        editor.type("p")
        editor.cancel()
        await asyncio.sleep(0.1)
        assert author.finished == 1
        editor.type("o")
        assert await editor.said() == "typed_through: rt os"
        editor.backspace(2)
        assert await editor.said() == "remembered: port os"
        editor.type("port o")
        assert await editor.said() == "typed_through: s"
        assert author.began == 1

    run(play())
    tokens = len("port os\n")
    assert rows(home)[0] == ("cancelled", None, tokens)  # it cost what it cost, and only once
    assert {row[2] for row in rows(home)[1:]} == {0}


def test_the_newer_ask_pays_nothing_for_what_it_joined(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home, cancels=False)
        editor.type("im")
        first = editor.ask()
        await asyncio.sleep(0.01)
        again = editor.ask()
        await asyncio.sleep(0.01)
        editor.type("p")
        last = await editor.ask()
        assert said(last) == "typed_through: ort os"
        assert [said(await first), said(await again)] == ["! superseded", "! superseded"]
        assert editor.window.readout.computed == 0
        assert editor.window.readout.last_ms is None

    run(play())
    assert sorted(row[2] for row in rows(home)) == [0, 0, len("port os\n")]
    assert {r[0]: r[2] for r in rows(home) if r[0] == "shown"} == {"shown": 0}


def test_asked_again_without_a_key(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home, cancels=False)
        editor.type("im")
        editor.ask()
        await asyncio.sleep(0.01)
        assert await editor.said() == "remembered: port os"
        assert author.began == 1

    run(play())


def test_a_document_closed_meanwhile(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        task = editor.ask()
        await asyncio.sleep(0.01)
        closed(editor.window, URI)
        assert said(await task) == "computed: port os"
        assert len(editor.window.memory) == 0
        editor.ask()
        await asyncio.sleep(0.01)
        editor.type("p")
        editor.cancel()
        closed(editor.window, URI)
        await asyncio.sleep(0)
        await asyncio.sleep(0.001)
        assert author.running == 0

    run(play())


def test_a_window_that_leaves(home: FakeHouse, author: Author) -> None:
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        editor.ask()
        await asyncio.sleep(0.01)
        editor.type("p")
        editor.cancel()
        await asyncio.sleep(0.01)
        assert author.running == 1  # followed
        leave(home, editor.window)
        await asyncio.sleep(0.001)
        assert author.running == 0

    run(play())


def test_two_files(home: FakeHouse, author: Author) -> None:
    """An ask elsewhere ends the flight; an answer from memory does not disturb one that is followed."""
    author.first = 0.05

    async def play() -> None:
        editor = Editor(home)
        editor.type("im")
        editor.ask()
        await asyncio.sleep(0.01)
        here = editor.document
        editor.document = editor.document.replaced("def", 50)
        object.__setattr__(editor.document, "uri", "file:///b.py")
        editor.column = 3
        assert await editor.said() == "computed: ?"
        assert author.stopped == 1
        editor.document, editor.column = here, 2
        assert await editor.said() == "computed: port os"

    run(play())
