"""One ask's way through providers, in a time that passes by itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from symbiote.core.errors import EngineGone
from symbiote.engine.port import By, Done, End
from symbiote.engine.remote.budget import Unasked
from symbiote.engine.remote.course import Attempt, Candidate, Course, Times
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.member import Member
from unit.clock import run

Step = float | str | Exception
"""Seconds that pass, a text, a fault."""


class Played:
    """Providers that do what their steps say. `asked` are their names with the second at which each was asked."""

    def __init__(self, **scripts: list[Step]) -> None:
        self.scripts = scripts
        self.asked: list[tuple[str, float]] = []
        self.open = 0
        self.times: dict[str, Times] = {}

    async def send(self, attempt: Attempt, times: Times, hear: Callable[[str], None]) -> Done:
        name = cast(str, attempt.candidate.member)
        loop = asyncio.get_running_loop()
        self.times[name] = times
        self.asked.append((name, round(loop.time(), 3)))
        self.open += 1
        attempt.sent = True
        said = False
        try:
            async with asyncio.timeout_at(times.first) as limit:
                for step in self.scripts[name]:
                    if isinstance(step, str):
                        hear(step)
                        said = True
                        limit.reschedule(min(times.until, loop.time() + times.gap))
                    elif isinstance(step, Exception):
                        attempt.sent = not isinstance(step, Unasked)
                        raise step
                    else:
                        await asyncio.sleep(step)
        except TimeoutError:
            if not said:
                raise Fault(Kind.TIMEOUT) from None
            return Done(End.DEADLINE, by=By(name, name, "m"))
        finally:
            self.open -= 1
        return Done(End.EOG, by=By(name, name, "m"))

    def course(
        self, until: float, whole: bool = True, hedge: float | None = None, **more: Any
    ) -> tuple[Course, list[str]]:
        heard: list[str] = []
        candidates = [Candidate(cast(Member, name), 0.3, 1.0, hedge) for name in self.scripts]
        return Course(self.send, candidates, until, heard.append, whole=whole, **more), heard


def play(
    monkeypatch: pytest.MonkeyPatch, played: Played, until: float, **more: Any
) -> tuple[str, Done, float]:
    """What was handed on, the end, and when it came."""

    async def go() -> tuple[str, Done, float]:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(time, "monotonic", loop.time)
        course, heard = played.course(until, **more)
        try:
            done = await course.run()
        finally:
            assert played.open == 0
            monkeypatch.undo()
        return "|".join(heard), done, round(loop.time(), 3)

    return run(go())


def test_the_first_answer_is_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[0.1, "x", 0.1, "y"], b=["z"])
    text, done, at = play(monkeypatch, played, 5.0)
    assert (text, at, played.asked) == ("xy", 0.2, [("a", 0.0)])
    assert done.by == By("a", "a", "m")


def test_a_fault_costs_nothing_but_its_own_time(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[0.1, "x", Fault(Kind.NETWORK)], b=[Unasked("no.")], c=[0.1, "z"])
    text, done, at = play(monkeypatch, played, 5.0)
    assert (text, at) == ("z", 0.2)
    assert done.by == By("c", "c", "m", attempts=2)


@pytest.mark.parametrize("until", [0.4, 0.7, 1.0, 3.0, 60.0])
def test_silence_leaves_enough_for_the_next(monkeypatch: pytest.MonkeyPatch, until: float) -> None:
    played = Played(a=[1000.0], b=[0.15, "z"])
    text, _, at = play(monkeypatch, played, until)
    assert text == "z"
    assert at <= until
    assert at - 0.15 == pytest.approx(min(1.0, until - min(0.3, until / 2)), abs=1e-3)


def test_the_last_one_has_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    text, _, at = play(monkeypatch, Played(a=[Fault(Kind.QUOTA)], b=[9.0, "z"]), 10.0)
    assert (text, at) == ("z", 9.0)


def test_a_stall_midway_is_left_and_its_part_is_kept_for_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stalled: list[Step] = [0.1, "x", 1000.0]
    text, done, _ = play(monkeypatch, Played(a=stalled, b=["z"]), 5.0)
    assert (text, done.end) == ("z", End.EOG)
    text, done, at = play(monkeypatch, Played(a=stalled, b=[Fault(Kind.OVERLOADED)]), 5.0)
    assert (text, done.end, at) == ("x", End.DEADLINE, 1.1)
    assert done.by == By("a", "a", "m", attempts=2)


def test_a_drip_ends_in_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    drip: list[Step] = ["x", 0.05] * 1000
    text, _, at = play(monkeypatch, Played(a=drip, b=[0.1, "z"]), 2.0)
    assert (text, at) == ("z", 1.8)


def test_all_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[Fault(Kind.QUOTA)], b=[Unasked("b is busy.")])
    with pytest.raises(EngineGone, match="no credit left"):
        play(monkeypatch, played, 5.0)
    with pytest.raises(EngineGone, match=r"b is busy\."):
        play(monkeypatch, Played(b=[Unasked("b is busy.")]), 5.0)
    with pytest.raises(EngineGone, match="no time left"):
        play(monkeypatch, Played(), 5.0)


def test_what_is_no_fault_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ZeroDivisionError):
        play(monkeypatch, Played(a=[ZeroDivisionError()], b=["z"]), 5.0)


def test_a_stream_belongs_to_who_spoke_first(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[0.1, "x", 3.0, "y"], b=["z"])
    text, _, at = play(monkeypatch, played, 5.0, whole=False)
    assert (text, at) == ("x|y", 3.1)
    played = Played(a=[0.1, "x", Fault(Kind.NETWORK)], b=["z"])
    with pytest.raises(EngineGone, match="connection broke"):
        play(monkeypatch, played, 5.0, whole=False)
    assert [name for name, _ in played.asked] == ["a"]


def test_a_second_is_asked_beside_a_slow_first(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow() -> Played:
        return Played(a=[0.8, "x"], b=[0.1, "z"], c=["never"])

    played = slow()
    text, done, at = play(monkeypatch, played, 5.0, hedge=0.2, may_hedge=lambda: True)
    assert (text, at, done.by) == ("z", 0.3, By("b", "b", "m", attempts=2))
    text, _, at = play(monkeypatch, slow(), 5.0, hedge=0.2, may_hedge=lambda: False)
    assert (text, at) == ("x", 0.8)
    text, _, at = play(monkeypatch, slow(), 5.0, hedge=0.2)
    assert (text, at) == ("x", 0.8)
    text, _, at = play(
        monkeypatch, Played(a=[0.3, "x"], b=[0.5, "z"]), 5.0, hedge=0.2, may_hedge=lambda: True
    )
    assert (text, at) == ("x", 0.3)


def test_of_two_streams_one_is_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[0.8, "x"], b=[0.1, "z", 2.0, "zz"])
    text, done, at = play(monkeypatch, played, 5.0, whole=False, hedge=0.2, may_hedge=lambda: True)
    assert (text, at) == ("z|zz", 2.3)
    assert done.by is not None
    assert done.by.attempts == 2


def test_time_is_left_for_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    played = Played(a=[1000.0])
    with pytest.raises(EngineGone):
        play(monkeypatch, played, 3.0, leave=2.5)
    assert played.times["a"].first == pytest.approx(1.0)
    assert played.times["a"].until == pytest.approx(1.5)


@pytest.mark.parametrize("after", [0.0, 0.1, 0.25, 0.35])
def test_cancelled_it_hangs_up_on_all(monkeypatch: pytest.MonkeyPatch, after: float) -> None:
    async def go() -> None:
        loop = asyncio.get_running_loop()
        monkeypatch.setattr(time, "monotonic", loop.time)
        played = Played(a=[10.0, "x"], b=[10.0, "z"])
        course, heard = played.course(60.0, hedge=0.2, may_hedge=lambda: True)
        task = asyncio.create_task(cast(Coroutine[Any, Any, Done], course.run()))
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (played.open, heard) == (0, [])
        monkeypatch.undo()

    run(go())
