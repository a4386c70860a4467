"""Who an ask goes to: the model on this machine, providers, one after the other."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import Callable

import pytest

from symbiote.core.errors import EngineGone, Superseded
from symbiote.engine.desk import COMPLETE, PREFETCH, Desk
from symbiote.engine.port import (
    Ask,
    By,
    Done,
    End,
    EngineStatus,
    Outside,
    Request,
    Slot,
    State,
    Text,
)
from symbiote.engine.router import Router
from unit.clock import run
from unit.doubles import FakeEngine

HERE = (Text("x"),)
BY = By("groq", "Groq", "m")


def ignore(_: str) -> None:
    return


class FakeCloud:
    """Answers "out"; `fault` is raised instead, after `said`."""

    def __init__(self, fault: str = "", said: str = "", delay: float = 0.0) -> None:
        self.fault, self.said, self.delay = fault, said, delay
        self.asked: list[tuple[tuple[str, ...], str, float]] = []
        self.running = 0

    def able(self, task: str, order: tuple[str, ...]) -> bool:
        return not self.fault

    async def run(
        self, outside: Outside, task: str, on_text: Callable[[str], None], *, leave: float = 0.0
    ) -> Done:
        self.asked.append((outside.order, task, leave))
        self.running += 1
        try:
            await asyncio.sleep(self.delay)
        finally:
            self.running -= 1
        if self.fault:
            if self.said:
                on_text(self.said)
            raise EngineGone(self.fault)
        on_text("out")
        return Done(End.EOG, by=BY)


def ask(*order: str, pieces: tuple[Text, ...] = HERE, slot: Slot = Slot.COMPLETE) -> Ask:
    return Ask(pieces, slot=slot, outside=Outside(order, Request("x")))


def routed(cloud: FakeCloud, engine: FakeEngine, asked: Ask) -> tuple[str, Done]:
    async def play() -> tuple[str, Done]:
        texts: list[str] = []
        done = await Router(Desk(engine), cloud).run(("w", COMPLETE), asked, texts.append)
        return "".join(texts), done

    return run(play())


def test_without_a_word_of_providers_it_is_a_desk() -> None:
    cloud, engine = FakeCloud(), FakeEngine(tokens=["in"])
    text, done = routed(cloud, engine, Ask(HERE))
    assert (text, done.by, cloud.asked) == ("in", None, [])
    assert Router(desk := Desk(engine), cloud).engine is desk.engine


@pytest.mark.parametrize(
    ("order", "state", "pieces", "expected"),
    [
        (("local", "fastest"), State.READY, HERE, "in"),
        (("fastest", "local"), State.READY, HERE, "out"),
        (("local", "fastest"), State.LOADING, HERE, "out"),
        (("local", "fastest"), State.READY, (), "out"),
        (("groq", "fastest"), State.OFF, HERE, "out"),
        (("local",), State.READY, HERE, "in"),
    ],
)
def test_the_order(
    order: tuple[str, ...], state: State, pieces: tuple[Text, ...], expected: str
) -> None:
    engine, cloud = FakeEngine(tokens=["in"]), FakeCloud()
    engine.state = EngineStatus(state)
    text, _ = routed(cloud, engine, ask(*order, pieces=pieces))
    assert text == expected
    if expected == "out":
        (names, task, _) = cloud.asked[0]
        assert (names, task) == (tuple(n for n in order if n != "local"), "complete")


def test_who_fails_is_followed_by_the_next_and_nobody_after_text() -> None:
    engine = FakeEngine(tokens=["in"])
    text, done = routed(FakeCloud("all are down."), engine, ask("fastest", "local"))
    assert (text, done.by) == ("in", None)
    engine.error, engine.tokens = EngineGone("it died."), []
    text, done = routed(FakeCloud(), engine, ask("local", "fastest"))
    assert (text, done.by) == ("out", BY)
    with pytest.raises(EngineGone, match="all are down"):
        routed(FakeCloud("all are down."), engine, ask("local", "fastest"))
    with pytest.raises(EngineGone, match="broke"):
        routed(FakeCloud("it broke.", said="ha"), FakeEngine(), ask("fastest", "local"))


def test_nobody_at_all_is_told_in_a_sentence() -> None:
    engine = FakeEngine()
    engine.state = EngineStatus(State.OFF, reason="There is no model.")
    with pytest.raises(EngineGone, match="There is no model"):
        routed(FakeCloud(), engine, ask("local", pieces=()))


def test_time_is_left_for_this_machine_where_it_comes_after() -> None:
    cloud, engine = FakeCloud("down."), FakeEngine()
    asked = ask("fastest", "local", slot=Slot.REWRITE)
    routed(cloud, engine, asked)
    deadline = time.monotonic() + 30.0
    routed(cloud, engine, dataclasses.replace(asked, deadline=deadline))
    engine.state = EngineStatus(State.LOADING)
    with pytest.raises(EngineGone):
        routed(cloud, engine, dataclasses.replace(asked, deadline=deadline))
    leaves = [leave for _, _, leave in cloud.asked]
    assert leaves[0] == leaves[2] == 0
    assert leaves[1] == pytest.approx(10.0, abs=0.5)


@pytest.mark.parametrize("older", ["local", "fastest"])
@pytest.mark.parametrize("newer", ["local", "fastest", ""])
def test_newest_wins_in_its_lane_wherever_it_is_answered(older: str, newer: str) -> None:
    async def play() -> None:
        cloud, engine = FakeCloud(delay=10.0), FakeEngine(delay=10.0)
        router = Router(Desk(engine), cloud)
        first = asyncio.create_task(router.run(("w", COMPLETE), ask(older), ignore))
        other = asyncio.create_task(router.run(("v", COMPLETE), ask("fastest"), ignore))
        await asyncio.sleep(0.1)
        assert (cloud.running, engine.running) == ((1, 1) if older == "local" else (2, 0))
        asked = ask(newer) if newer else Ask(HERE)
        second = asyncio.create_task(router.run(("w", COMPLETE), asked, ignore))
        with pytest.raises(Superseded):
            await first
        assert isinstance(await second, Done)
        assert isinstance(await other, Done)
        assert (cloud.running, engine.running) == (0, 0)
        assert not router._lanes

    run(play())


def test_a_window_that_leaves_and_a_caller_that_is_cancelled_hang_up() -> None:
    async def play() -> None:
        cloud = FakeCloud(delay=10.0)
        router = Router(Desk(FakeEngine(delay=10.0)), cloud)
        lanes = ("w", COMPLETE), ("v", COMPLETE)
        asks = [asyncio.create_task(router.run(lane, ask("fastest"), ignore)) for lane in lanes]
        await asyncio.sleep(0.1)
        router.leave("w")
        with pytest.raises(Superseded):
            await asks[0]
        assert cloud.running == 1
        asks[1].cancel()
        with pytest.raises(asyncio.CancelledError):
            await asks[1]
        assert cloud.running == 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await router.run(("w", COMPLETE), ask("fastest"), ignore)
        assert (cloud.running, router._lanes) == (0, {})

    run(play())


def test_nothing_is_computed_ahead_outside() -> None:
    async def play() -> None:
        cloud = FakeCloud()
        router = Router(Desk(FakeEngine(delay=1.0)), cloud)
        ahead = asyncio.create_task(router.run(("w", PREFETCH), ask("fastest", "local"), ignore))
        await asyncio.sleep(0.1)
        router.promote("w")
        assert (await ahead).by is None
        assert not cloud.asked

    run(play())


def test_a_completion_that_this_machine_has_no_time_for_goes_outside() -> None:
    async def play() -> None:
        loop = asyncio.get_running_loop()
        cloud, engine = FakeCloud(), FakeEngine(tokens=["in"], delay=2.0)
        router = Router(Desk(engine), cloud, clock=loop.time)

        async def by(seconds: float, slot: Slot = Slot.COMPLETE) -> By | None:
            asked = ask("local", "fastest", slot=slot)
            asked = dataclasses.replace(asked, deadline=loop.time() + seconds)
            return (await router.run(("w", COMPLETE), asked, ignore)).by

        assert await by(0.5) is None, "nobody knows how long it takes"
        assert await by(0.5) == BY
        assert await by(3.0) is None, "there is time"
        assert await by(0.5, Slot.REWRITE) is None, "its first text is what counts"
        cloud.fault = "down."
        assert await by(0.5) is None
        cloud.fault = ""
        await asyncio.sleep(3600)
        assert await by(0.5) is None, "it is tried again"
        engine.end, engine.delay = End.DEADLINE, 0.4
        for _ in range(3):
            await by(9.0)
        assert await by(0.5) == BY, "what was cut off would have taken longer"

    run(play())
