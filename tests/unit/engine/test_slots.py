"""Two models behind one desk: who is loaded when, and who answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from symbiote.core.errors import EngineGone, ModelError
from symbiote.core.settings import MachineSettings
from symbiote.engine import slots as module
from symbiote.engine.port import Ask, Delta, Done, End, EngineStatus, Slot, State
from symbiote.engine.slots import LATER, MADE_ROOM, Slots

pytestmark = pytest.mark.asyncio

BOTH = MachineSettings(model="small", rewrite_model="large")
OTHER = MachineSettings(model="small", rewrite_model="other")


class One:
    """An engine that says its model's name; `broken` models never become ready, `slow` ones load until they are closed."""

    broken: frozenset[str] = frozenset()
    slow: frozenset[str] = frozenset()

    def __init__(self, settings: MachineSettings, on_change: Callable[[], None]) -> None:
        self.settings = settings
        self.status = EngineStatus(State.STARTING, model=settings.model)
        self.log: list[str] = []
        self.closed = asyncio.Event()

    def start(self) -> None:
        self.log.append("start")
        if self.settings.model in self.slow:
            return
        good = self.settings.model not in self.broken
        state = State.READY if good else State.OFF
        reason = "" if good else "It does not load."
        self.status = EngineStatus(state, reason, model=self.settings.model)

    def configure(self, settings: MachineSettings) -> None:
        self.settings = settings
        self.log.append("configure")

    def restart(self) -> None:
        self.log.append("restart")

    async def settled(self) -> EngineStatus:
        if self.status.state is State.STARTING:
            await self.closed.wait()
        return self.status

    async def suspend(self, reason: str) -> None:
        self.status = EngineStatus(State.OFF, reason, model=self.settings.model)
        self.log.append("suspend")

    def resume(self) -> None:
        self.start()
        self.log.append("resume")

    async def close(self) -> None:
        self.log.append("close")
        self.status = EngineStatus(State.OFF, "The engine was closed.")
        self.closed.set()

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        yield Delta(self.settings.model)
        yield Done(End.EOG)


class Shop:
    """Makes engines and remembers them."""

    def __init__(
        self,
        settings: MachineSettings = BOTH,
        *,
        left: int | None = None,
        broken: str = "",
        slow: str = "",
    ) -> None:
        self.made: list[One] = []
        self.left = left
        named = {"broken": frozenset(broken.split()), "slow": frozenset(slow.split())}
        kind = type("Kind", (One,), named)

        def make(settings: MachineSettings, on_change: Callable[[], None]) -> One:
            self.made.append(kind(settings, on_change))
            return self.made[-1]

        def size(name: str) -> int:
            if name == "absent":
                raise ModelError("There is no such model.")
            return 1_000

        self.slots = Slots(settings, lambda: None, make, size, lambda: self.left)
        self.slots.start()


async def said(slots: Slots, slot: Slot) -> str:
    parts = [part async for part in slots.stream(Ask((), slot=slot))]
    return "".join(part.text for part in parts if isinstance(part, Delta))


async def test_without_a_model_of_its_own_the_completion_model_rewrites() -> None:
    shop = Shop(MachineSettings(model="small"))
    assert (await shop.slots.load()).model == "small"
    assert await said(shop.slots, Slot.REWRITE) == "small"
    assert len(shop.made) == 1


async def test_the_second_model_comes_with_the_first_rewrite() -> None:
    shop = Shop()
    assert shop.slots.rewriting.reason == LATER
    assert len(shop.made) == 1
    with pytest.raises(EngineGone, match="first rewrite"):
        await said(shop.slots, Slot.REWRITE)
    assert (await shop.slots.load()).state is State.READY
    assert await said(shop.slots, Slot.REWRITE) == "large"
    assert await said(shop.slots, Slot.COMPLETE) == "small"
    assert "suspend" not in shop.made[0].log
    await shop.slots.close()
    assert shop.made[1].log[-1] == "close"


async def test_it_is_loaded_once() -> None:
    shop = Shop()
    await asyncio.gather(shop.slots.load(), shop.slots.load(), shop.slots.load())
    assert len(shop.made) == 2
    await shop.slots.close()


async def test_where_memory_holds_one_they_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TURN_SECONDS", 0.01)
    shop = Shop(left=1_100)
    assert (await shop.slots.load()).state is State.READY
    assert shop.slots.status.reason == MADE_ROOM
    assert await said(shop.slots, Slot.REWRITE) == "large"
    while shop.slots.status.state is not State.READY:
        await asyncio.sleep(0.005)
    assert shop.made[1].log[-1] == "close"
    assert shop.slots.rewriting.state is State.OFF


async def test_what_cannot_be_loaded_beside_is_tried_in_its_place() -> None:
    shop = Shop(broken="large")
    status = await shop.slots.load()
    assert (status.state, status.reason) == (State.OFF, "It does not load.")
    assert [one.settings.model for one in shop.made] == ["small", "large", "large"]
    assert shop.slots.status.state is State.READY  # the completion model is back
    assert await said(shop.slots, Slot.COMPLETE) == "small"


async def test_a_model_that_is_not_there_disturbs_nobody() -> None:
    shop = Shop(MachineSettings(model="small", rewrite_model="absent"))
    assert (await shop.slots.load()).reason == "There is no such model."
    assert shop.made[0].log == ["start"]


async def test_it_leaves_when_idle_but_not_in_the_middle_of_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "IDLE_SECONDS", 0.01)
    shop = Shop()
    await shop.slots.load()
    stream = shop.slots.stream(Ask((), slot=Slot.REWRITE))
    await anext(stream)
    await asyncio.sleep(0.05)
    assert shop.slots.rewriting.state is State.READY
    await stream.aclose()
    while shop.slots.rewriting.state is not State.OFF:
        await asyncio.sleep(0.005)


async def test_another_choice_of_model_counts_from_the_next_rewrite() -> None:
    shop = Shop()
    await shop.slots.load()
    shop.slots.configure(OTHER)
    assert shop.slots.rewriting.model == "other"
    assert (await shop.slots.load()).model == "other"
    assert await said(shop.slots, Slot.REWRITE) == "other"
    assert shop.made[0].log == ["start", "configure"]
    assert shop.made[1].log[-1] == "close"
    await shop.slots.close()


async def test_the_model_that_leaves_ends_its_answer_and_begins_none() -> None:
    shop = Shop()
    await shop.slots.load()
    stream = shop.slots.stream(Ask((), slot=Slot.REWRITE))
    parts = [await anext(stream)]
    shop.slots.configure(OTHER)
    with pytest.raises(EngineGone):
        await said(shop.slots, Slot.REWRITE)
    loading = asyncio.create_task(shop.slots.load())
    await asyncio.sleep(0.01)
    assert "close" not in shop.made[1].log
    parts += [part async for part in stream]
    assert parts[0] == Delta("large") and isinstance(parts[1], Done)
    assert (await loading).model == "other"
    assert shop.made[1].log[-1] == "close"
    await shop.slots.close()


async def test_another_choice_while_one_is_loaded_is_the_one_that_is_waited_for() -> None:
    shop = Shop(slow="large")
    loading = asyncio.create_task(shop.slots.load())
    await asyncio.sleep(0.01)
    shop.slots.configure(OTHER)
    assert (await loading).model == "other"
    assert shop.made[0].log == ["start", "configure"]
    assert await said(shop.slots, Slot.REWRITE) == "other"
    await shop.slots.close()


async def test_what_was_written_for_one_model_is_not_read_by_another() -> None:
    shop = Shop()
    await shop.slots.load()
    ask = Ask((), slot=Slot.REWRITE, model="large")
    first, _ = [part async for part in shop.slots.stream(ask)]
    assert first == Delta("large")
    shop.slots.configure(OTHER)
    await shop.slots.load()
    with pytest.raises(EngineGone, match="Another model"):
        await anext(shop.slots.stream(ask))
    await shop.slots.close()


async def test_whoever_stops_waiting_leaves_no_completion_model_away(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "TURN_SECONDS", 0.01)
    shop = Shop(left=0, slow="large")
    loading = asyncio.create_task(shop.slots.load())
    await asyncio.sleep(0.01)
    assert shop.slots.status.reason == MADE_ROOM
    loading.cancel()
    await asyncio.wait([loading])
    async with asyncio.timeout(10):
        while shop.slots.status.state is not State.READY:
            await asyncio.sleep(0.005)
    await shop.slots.close()


async def test_one_that_died_in_its_turn_has_its_turn_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop(left=0)
    await shop.slots.load()
    shop.made[1].status = EngineStatus(State.OFF, "It died three times.", model="large")
    shop.left = None  # what the completion model had is free now
    monkeypatch.setattr(module, "TURN_SECONDS", 0.01)
    assert (await shop.slots.load()).state is State.READY
    async with asyncio.timeout(10):
        while shop.slots.status.state is not State.READY:
            await asyncio.sleep(0.005)
    await shop.slots.close()


async def test_closing_does_not_wait_for_a_load_nor_for_an_answer() -> None:
    shop = Shop(slow="large")
    loading = asyncio.create_task(shop.slots.load())
    await asyncio.sleep(0.01)
    await shop.slots.close()
    assert (await loading).state is State.OFF
    assert len(shop.made) == 2
    shop = Shop()
    await shop.slots.load()
    stream = shop.slots.stream(Ask((), slot=Slot.REWRITE))
    await anext(stream)
    await shop.slots.close()
    assert shop.made[1].log[-1] == "close"
    await stream.aclose()
