"""Whose turn it is: priorities, fairness, ways out; and an answer that is paused is the same answer."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.errors import EngineGone, Superseded
from symbiote.engine.desk import COMPLETE, PREFETCH, REWRITE, Desk
from symbiote.engine.port import Ask, Done, End, Special, Text
from unit.clock import run
from unit.doubles import FakeEngine, Narrator

STORY = [f"word{n} " for n in range(20)]
LONG = Ask((Special("<x>"),), limit=100, lines=0)
SHORT = Ask((Text("x"),), lines=1)


def ignore(_: str) -> None:
    return


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(1_000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to that")


def test_an_unknown_kind_is_a_mistake() -> None:
    with pytest.raises(ValueError):
        run(Desk(FakeEngine()).run(("w", "nap"), SHORT, ignore))


def test_a_completion_sends_a_prefetch_home_at_once() -> None:
    engine = FakeEngine(delay=10.0)

    async def play() -> None:
        desk = Desk(engine)
        ahead = asyncio.create_task(desk.run(("w", PREFETCH), SHORT, ignore))
        await until(lambda: engine.running == 1)
        engine.delay = 0.01
        done = await desk.run(("v", COMPLETE), SHORT, ignore)
        assert isinstance(done, Done)
        with pytest.raises(Superseded):
            await ahead
        assert (engine.stopped, engine.running) == (1, 0)
        assert asyncio.get_running_loop().time() < 1

    run(play())


@pytest.mark.parametrize("lines", [0, 1])
def test_a_completion_does_not_interrupt_one(lines: int) -> None:
    engine = FakeEngine(tokens=["a", "b"], delay=0.01)

    async def play() -> list[str]:
        desk, order = Desk(engine), []

        async def asks(window: str, kind: str) -> None:
            await desk.run((window, kind), Ask(SHORT.pieces, lines=lines), ignore)
            order.append(window)

        first = asyncio.create_task(asks("a", COMPLETE))
        await until(lambda: engine.running == 1)
        await asyncio.gather(first, asks("b", COMPLETE), asks("c", PREFETCH), asks("d", COMPLETE))
        return order

    assert run(play()) == ["a", "b", "d", "c"]
    assert engine.began == 4


def test_windows_take_turns() -> None:
    """One that asks without end does not starve the others."""
    engine = FakeEngine(delay=0.01)

    async def play() -> list[str]:
        desk, order = Desk(engine), []

        async def asks(window: str, times: int) -> None:
            for _ in range(times):
                await desk.run((window, COMPLETE), SHORT, ignore)
                order.append(window)

        await asyncio.gather(asks("a", 6), asks("b", 3), asks("c", 3))
        return order

    assert run(play()) == ["a", "b", "c"] * 3 + ["a"] * 3


def test_newest_wins_in_its_lane_only_and_a_window_can_leave() -> None:
    engine = FakeEngine(delay=10.0)

    async def play() -> None:
        desk = Desk(engine)
        lanes = [("w", COMPLETE), ("w", COMPLETE), ("w", REWRITE), ("v", COMPLETE)]
        tasks = []
        for lane in lanes:
            tasks.append(asyncio.create_task(desk.run(lane, SHORT, ignore)))
            await asyncio.sleep(0.01)
        with pytest.raises(Superseded):
            await tasks[0]
        desk.leave("w")
        for task in tasks[1:3]:
            with pytest.raises(Superseded):
                await task
        assert engine.running == 1  # v's
        tasks[3].cancel()
        await asyncio.gather(tasks[3], return_exceptions=True)
        assert engine.running == 0
        engine.delay = 0.0
        await desk.run(("w", PREFETCH), SHORT, ignore)

    run(play())


def test_a_prefetch_that_is_waited_for_is_no_longer_in_the_way() -> None:
    engine = FakeEngine(delay=0.1)

    async def play() -> None:
        desk = Desk(engine)
        desk.promote("w")  # nothing there
        ahead = asyncio.create_task(desk.run(("w", PREFETCH), SHORT, ignore))
        await until(lambda: engine.running == 1)
        desk.promote("w")
        other = asyncio.create_task(desk.run(("v", COMPLETE), SHORT, ignore))
        await asyncio.sleep(0.01)
        await asyncio.gather(ahead, other)
        assert (engine.began, engine.stopped) == (2, 0)

    run(play())


def test_a_promoted_prefetch_pushes_others_aside() -> None:
    engine = FakeEngine(delay=1.0)

    async def play() -> None:
        desk = Desk(engine)
        first = asyncio.create_task(desk.run(("v", PREFETCH), SHORT, ignore))
        second = asyncio.create_task(desk.run(("w", PREFETCH), SHORT, ignore))
        await until(lambda: engine.running == 1)
        desk.promote("w")
        await second
        with pytest.raises(Superseded):
            await first

    run(play())


def paused(delays: list[float], limit: int = 100) -> tuple[list[str], list[str], Done]:
    """What a rewrite says, what the engine computed for it, and its end, with completions in between."""
    engine = Narrator(tokens=STORY, delay=0.01)
    said: list[str] = []

    async def play() -> Done:
        desk = Desk(engine)
        ask = Ask(LONG.pieces, limit=limit, lines=0)
        long = asyncio.create_task(desk.run(("w", REWRITE), ask, said.append))
        for delay in delays:
            await asyncio.sleep(delay)
            await desk.run(("v", COMPLETE), SHORT, ignore)
        return await long

    done = run(play())
    assert len(engine.asks) >= 1 + len(delays)
    return said, engine.computed, done


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 0.08), max_size=5), st.sampled_from([1, 5, 19, 20, 100]))
def test_a_paused_answer_is_the_same_answer(delays: list[float], limit: int) -> None:
    """No text twice, none lost, no token computed twice, the same end."""
    whole, _, end = paused([], limit)
    said, computed, done = paused(delays, limit)
    assert said == whole == STORY[:limit]
    assert (done.end, done.cost.tokens.generated) == (end.end, end.cost.tokens.generated)
    assert computed == said


def test_a_pause_comes_at_the_end_of_a_token() -> None:
    engine = Narrator(tokens=STORY, delay=0.01)

    async def play() -> None:
        desk, said = Desk(engine), list[str]()
        long = asyncio.create_task(desk.run(("w", REWRITE), LONG, said.append))
        await asyncio.sleep(0.035)
        began = asyncio.get_running_loop().time()
        first: list[float] = []

        def hears(_: str) -> None:
            first.append(asyncio.get_running_loop().time())

        await desk.run(("v", COMPLETE), SHORT, hears)
        assert first[0] - began <= 0.021  # the token that was being written, and one of its own
        done = await long
        assert said == STORY
        again = engine.asks[2]
        assert (again.pieces, again.limit) == (LONG.pieces, LONG.limit)
        assert (again.said, again.spent) == ("".join(STORY[:4]), 4)
        assert done.cost.timing.queue > 0

    run(play())


def test_a_pause_can_end_in_a_cancel_and_in_a_dead_engine() -> None:
    engine = Narrator(tokens=STORY, delay=0.01)

    async def play() -> None:
        desk = Desk(engine)
        for how in ("cancel", "leave"):
            long = asyncio.create_task(desk.run(("w", REWRITE), LONG, ignore))
            await asyncio.sleep(0.035)
            short = asyncio.create_task(desk.run(("v", COMPLETE), SHORT, ignore))
            await asyncio.sleep(0.03)  # the rewrite waits now
            if how == "cancel":
                long.cancel()
            else:
                desk.leave("w")
            with pytest.raises(asyncio.CancelledError if how == "cancel" else Superseded):
                await long
            await short
        assert engine.running == 0

    run(play())

    mortal = FakeEngine(error=EngineGone("gone"))

    async def dies() -> None:
        desk = Desk(mortal)
        with pytest.raises(EngineGone):
            await desk.run(("w", REWRITE), LONG, ignore)
        mortal.error = None
        await desk.run(("w", REWRITE), LONG, ignore)

    run(dies())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_storms_leave_the_chair_free(seed: int) -> None:
    """Whatever comes, is cancelled, leaves and is promoted: one at a time, everybody ends, the last is answered."""
    engine = Narrator(tokens=STORY[:4], delay=0.01)
    chance = random.Random(seed)

    async def play() -> None:
        desk = Desk(engine)
        tasks = []
        for _ in range(40):
            kind = chance.choice([COMPLETE, REWRITE, PREFETCH])
            ask = LONG if kind == REWRITE else SHORT
            lane = (chance.choice("uvw"), kind)
            tasks.append(asyncio.create_task(desk.run(lane, ask, ignore)))
            await asyncio.sleep(chance.choice([0, 0.001, 0.015, 0.05]))
            match chance.randrange(6):
                case 0:
                    chance.choice(tasks).cancel()
                case 1:
                    desk.leave(chance.choice("uvw"))
                case 2:
                    desk.promote(chance.choice("uvw"))
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        allowed = (Done, Superseded, asyncio.CancelledError)
        assert all(isinstance(end, allowed) for end in ended), ended
        assert engine.running == 0
        assert (await desk.run(("last", PREFETCH), SHORT, ignore)).end is End.EOG

    run(play())
