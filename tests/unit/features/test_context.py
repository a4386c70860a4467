"""Context is gathered in a pause, goes into use where nothing remembered holds, and never holds what it must not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from symbiote.core.settings import WindowSettings
from symbiote.features import pause
from symbiote.features.follow import closed, forget
from symbiote.features.state import state
from symbiote.features.why import explain
from unit.doubles import FakeEngine, FakeHouse, house
from unit.editor import INVOKED
from unit.features.writer import (
    DEFINED,
    SHOP,
    TEXT,
    Disk,
    Writer,
    ahead,
    asked,
    begun,
    play,
    prompt,
)

pytestmark = pytest.mark.usefixtures("inline")


@pytest.fixture
def home(tmp_path: Path, engine: FakeEngine) -> Iterator[FakeHouse]:
    made = house(tmp_path, engine)
    yield made
    made.ledger.close()


def test_it_is_ready_for_the_first_ask_after_a_pause(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = begun(home)
        await writer.think()
        (read,) = ahead(engine)
        assert DEFINED in prompt(read)
        assert await writer.said() == "computed: answer"
        (ask,) = asked(engine)
        assert ask.pieces == read.pieces, "nothing is left to read"
        assert TEXT.rstrip() in ask.elsewhere
        assert (home.context_ready, home.context_late, home.gathered) == (1, 0, 1)
        assert state(home)["analysis"]["gathered"] == 1
        page = explain(writer.window, home).text
        assert "Open, shop.py (has settle_invoice): 68 characters" in page

    play(scene())


def test_late_is_absent_and_counted(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = begun(home)
        assert await writer.said() == "computed: answer"
        assert DEFINED not in prompt(engine.asks[0])
        assert (home.context_ready, home.context_late) == (0, 1)

    play(scene())


def test_no_key_waits_for_it_and_none_begins_it(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = Writer(home)
        writer.open()
        for letter in "paid = settle_invoice(":
            writer.type(letter)
            await asyncio.sleep(pause.PAUSE - 0.1)
        assert home.gathered == 0
        await writer.think()
        assert home.gathered == 1

    play(scene())


def test_a_suggestion_is_typed_through_with_the_context_it_was_drawn_with(
    home: FakeHouse, engine: FakeEngine
) -> None:
    async def scene() -> None:
        writer = begun(home)
        assert await writer.said() == "computed: answer"
        await writer.think()
        assert DEFINED in prompt(ahead(engine)[-1])
        asks = len(asked(engine))
        writer.type("an")
        assert await writer.said() == "typed_through: swer"
        assert len(asked(engine)) == asks
        writer.type("x")
        assert await writer.said() == "computed: answer"
        assert DEFINED in prompt(asked(engine)[-1]), "the engine has read it meanwhile"

    play(scene())


async def _battery() -> bool:
    return True


def test_on_battery_a_line_keeps_its_context_and_the_next_has_the_new_one(
    home: FakeHouse, engine: FakeEngine
) -> None:
    async def scene() -> None:
        home.on_battery = _battery
        writer = begun(home)
        await writer.said()
        await writer.think()
        assert ahead(engine) == []
        writer.type("x")
        await writer.said()
        assert DEFINED not in prompt(asked(engine)[-1])
        writer.type("\n")
        await writer.said()
        assert DEFINED in prompt(asked(engine)[-1])

    play(scene())


def test_asked_by_hand_the_newest_is_read_at_once(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        home.on_battery = _battery
        writer = begun(home)
        await writer.said()
        await writer.think()
        writer.type("x")
        await writer.said(**INVOKED)
        assert DEFINED in prompt(asked(engine)[-1])

    play(scene())


def test_what_is_closed_leaves(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = begun(home)
        await writer.think()
        await writer.said()
        assert DEFINED in prompt(asked(engine)[-1])
        closed(writer.window, SHOP)
        writer.type("x")
        await writer.said()
        assert DEFINED not in prompt(asked(engine)[-1])
        assert asked(engine)[-1].elsewhere == ()

    play(scene())


def test_what_is_excluded_never_enters_and_leaves_when_it_becomes_so(
    home: FakeHouse, engine: FakeEngine
) -> None:
    async def scene() -> None:
        disk = Disk({SHOP})
        home.why_excluded = disk
        writer = begun(home)
        await writer.think()
        await writer.said()
        assert all(DEFINED not in prompt(ask) + "".join(ask.elsewhere) for ask in engine.asks)
        disk.excluded.clear()
        writer.open(version=2)
        writer.type("x\n")
        await writer.think()
        await writer.said()
        assert DEFINED in prompt(asked(engine)[-1])
        disk.excluded.add(SHOP)
        writer.type("y\n")
        await writer.think()
        await writer.said()
        assert DEFINED not in prompt(asked(engine)[-1])

    play(scene())


def test_another_window_has_nothing_of_it(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        one, other = Writer(home, name="one"), Writer(home, name="other")
        one.open()
        for writer in (one, other):
            writer.type("paid = settle_invoice(")
            await writer.think()
            before = len(engine.asks)
            await writer.said()
            assert (DEFINED in prompt(engine.asks[before])) == (writer is one)

    play(scene())


def test_other_settings_begin_anew(home: FakeHouse, engine: FakeEngine) -> None:
    async def scene() -> None:
        writer = begun(home)
        await writer.think()
        writer.window.settings = WindowSettings(context=("open:lookup",))
        forget(writer.window)
        await writer.said()
        assert DEFINED not in prompt(asked(engine)[-1])
        writer.type("x")
        await writer.think()
        writer.type("y")
        await writer.said()
        assert DEFINED not in prompt(asked(engine)[-1])
        assert TEXT.rstrip() in asked(engine)[-1].elsewhere

    play(scene())
