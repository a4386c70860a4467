"""Documents that no model may read: the engine never sees their text, and the user hears which rule says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.context.exclude import Exclude
from symbiote.core.answer import Reason, Silence
from symbiote.features.follow import closed
from symbiote.features.hush import excluded
from symbiote.features.lookout import Lookout
from symbiote.features.prefetch import PAUSE
from symbiote.features.why import explain
from unit.clock import run
from unit.doubles import Author, FakeHouse
from unit.editor import INVOKED, URI, Editor

WHY = "Line 3 of .symbioteignore excludes it."


class Rules:
    """What the disk would say."""

    def __init__(self, home: FakeHouse) -> None:
        self.excluded = {URI: WHY}
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        home.why_excluded = self

    async def __call__(self, uri: str, roots: tuple[str, ...]) -> str | None:
        self.asked.append((uri, roots))
        return self.excluded.get(uri)


def test_the_engine_is_never_asked(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        rules = Rules(home)
        editor = Editor(home, "import ")
        editor.window.roots = ("file:///",)
        for trigger in ({}, INVOKED):
            answer = await editor.ask(**trigger)
            assert isinstance(answer, Silence)
            assert (answer.reason, answer.detail) == (Reason.EXCLUDED, WHY)
        assert editor.window.excluded == {URI: WHY}
        assert rules.asked == [(URI, ("file:///",))] * 2
        assert WHY in explain(editor.window, home)[1]
        await asyncio.sleep(10)
        assert author.began == 0
        home.ledger.flush()
        assert [row.outcome for row in home.ledger.outcomes()] == ["excluded"] * 2

    run(play())


def test_where_symbiote_is_off_the_disk_is_not_asked(home: FakeHouse) -> None:
    async def play() -> None:
        rules = Rules(home)
        editor = Editor(home, "import ")
        editor.window.paused = True
        assert await editor.said() == "! paused"
        assert rules.asked == []

    run(play())


def test_answers_are_forgotten_and_come_back_anew(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        rules = Rules(home)
        rules.excluded.clear()
        editor = Editor(home, "import ")
        assert await editor.said() == "computed: os"
        rules.excluded[URI] = WHY
        assert await editor.said() == "! excluded"
        rules.excluded.clear()
        assert await editor.said() == "computed: os"
        assert editor.window.excluded == {}
        assert author.began == 2

    run(play())


def test_nothing_is_computed_ahead(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        rules = Rules(home)
        rules.excluded.clear()
        editor = Editor(home, "import ")
        assert await editor.said() == "computed: os"
        rules.excluded[URI] = WHY
        await asyncio.sleep(PAUSE + 10)
        assert (author.began, home.ahead.begun) == (1, 0)

    run(play())


def test_a_disk_that_does_not_answer(home: FakeHouse, author: Author) -> None:
    async def play() -> None:
        async def hangs(uri: str, roots: tuple[str, ...]) -> str | None:
            await asyncio.sleep(3600)
            return None

        home.why_excluded = hangs
        assert await Editor(home, "import ").said() == "! deadline"
        assert author.began == 0

    run(play())


def test_a_closed_document_is_no_longer_listed(home: FakeHouse) -> None:
    async def play() -> None:
        Rules(home)
        editor = Editor(home)
        assert await excluded(home, editor.window, URI) == WHY
        assert await excluded(home, editor.window, "file:///other.py") is None
        assert editor.window.excluded == {URI: WHY}
        closed(editor.window, URI)
        assert editor.window.excluded == {}

    run(play())


class Disk:
    """Counts looks."""

    def __init__(self) -> None:
        self.looks = 0
        self.now = 0.0
        self.error: Exception | None = None

    def why(self, uri: str, roots: object) -> str | None:
        self.looks += 1
        if self.error:
            raise self.error
        return f"look {self.looks}"


def test_one_look_for_all_who_ask_and_for_some_seconds() -> None:
    async def play() -> None:
        disk = Disk()
        lookout = Lookout(disk.why, lambda: disk.now)
        assert await asyncio.gather(*(lookout("u", ()) for _ in range(9))) == ["look 1"] * 9
        disk.now = 0.9
        assert await lookout("u", ()) == "look 1"
        assert await lookout("u", ("r",)) == "look 2"
        disk.now = 2.1
        assert await lookout("u", ()) == "look 3"
        assert disk.looks == 3

    asyncio.run(play())


def test_who_types_on_never_waits_for_the_disk() -> None:
    async def play() -> None:
        disk = Disk()
        lookout = Lookout(disk.why, lambda: disk.now)
        assert await lookout("u", ()) == "look 1"
        disk.now = 1.9
        assert await lookout("u", ()) == "look 1", "at once; the next look has begun"
        while lookout._looking:
            await asyncio.sleep(0.001)
        disk.now = 2.1
        assert await lookout("u", ()) == "look 2"
        assert disk.looks == 2

    asyncio.run(play())


def test_who_leaves_does_not_end_the_look_of_others() -> None:
    async def play() -> None:
        disk = Disk()
        lookout = Lookout(disk.why)
        gone, stays = (asyncio.create_task(lookout("u", ())) for _ in range(2))
        await asyncio.sleep(0)
        gone.cancel()
        assert await stays == "look 1"
        assert gone.cancelled()

    asyncio.run(play())


def test_a_fault_is_not_remembered() -> None:
    async def play() -> None:
        disk = Disk()
        lookout = Lookout(disk.why)
        disk.error = ZeroDivisionError()
        with pytest.raises(ZeroDivisionError):
            await lookout("u", ())
        disk.error = None
        assert await lookout("u", ()) == "look 2"

    asyncio.run(play())


def test_from_the_disk_to_the_silence(home: FakeHouse, author: Author, tmp_path: Path) -> None:
    async def play() -> None:
        home.why_excluded = Lookout(Exclude().why)
        editor = Editor(home, "import ")
        editor.document = replace(editor.document, uri=(tmp_path / ".env").as_uri())
        answer = await editor.ask()
        assert isinstance(answer, Silence)
        assert answer.sentence == "No model may read this file. .env is a secrets file."
        assert author.began == 0

    asyncio.run(play())
