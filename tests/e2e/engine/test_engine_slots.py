"""Two real models behind one desk, each in a worker of its own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import COMPLETE, REWRITE, Desk
from symbiote.engine.local.catalogue import bytes_of
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Slot, State
from symbiote.engine.slots import MADE_ROOM, Slots
from unit.engine.engines import alive, ask, until

pytestmark = pytest.mark.asyncio


def shop(rewrite_model: Path, left: int | None) -> Slots:
    settings = MachineSettings(model="embedded", rewrite_model=str(rewrite_model))
    slots = Slots(settings, lambda: None, LocalEngine, bytes_of, lambda: left)
    slots.start()
    return slots


async def answered(slots: Slots, slot: Slot) -> int:
    """Tokens of an answer through the desk."""
    lane = ("window", REWRITE if slot is Slot.REWRITE else COMPLETE)
    wanted = ask("def total(items):\n    ", limit=8)
    asked = Ask(wanted.pieces, limit=8, lines=0, slot=slot)
    done = await Desk(slots).run(lane, asked, lambda text: None)
    return done.cost.tokens.generated


async def test_both_are_held_where_they_fit(tiny: Path) -> None:
    slots = shop(tiny, None)
    try:
        await until(lambda: slots.status.state is State.READY)
        assert (await slots.load()).state is State.READY
        assert slots.rewriting.pid != slots.status.pid
        assert await answered(slots, Slot.REWRITE) > 0
        assert await answered(slots, Slot.COMPLETE) > 0
    finally:
        await slots.close()


async def test_they_take_turns_where_they_do_not(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("symbiote.engine.slots.TURN_SECONDS", 0.05)
    slots = shop(tiny, 0)
    try:
        await until(lambda: slots.status.state is State.READY)
        first = slots.status.pid
        assert (await slots.load()).state is State.READY
        assert not alive(first)
        assert slots.status.reason == MADE_ROOM
        second = slots.rewriting.pid
        await until(lambda: slots.status.state is State.READY)
        await until(lambda: not alive(second))
        assert await answered(slots, Slot.COMPLETE) > 0
    finally:
        await slots.close()
        await asyncio.sleep(0)
