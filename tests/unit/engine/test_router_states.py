"""Asks that come, are overtaken, cancelled and answered by providers that come, go and fail: nothing is left open by any of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from e2e.remote.clouds import same
from symbiote.core.errors import EngineGone, Superseded
from symbiote.engine.desk import COMPLETE, REWRITE, Desk, Lane
from symbiote.engine.port import Ask, Done, EngineStatus, Outside, Request, Slot, State, Text
from symbiote.engine.remote.breaker import Breaker, Line, Pass
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.errors import Kind
from symbiote.engine.remote.member import MOST
from symbiote.engine.router import Router
from unit.clock import loop
from unit.doubles import FakeEngine
from unit.engine.remote.actors import Book, Stage, Step

PROVIDERS = ("groq", "openai", "anthropic", "ollama")
KEYS = dict.fromkeys(PROVIDERS[:3], "a-key")
ORDERS = [("fastest",), ("local", "fastest"), ("fastest", "local"), ("openai", "groq"), ("local",)]
PLAYS: list[list[Step]] = [
    ["at once"],
    [0.2, "in", 0.2, "pieces"],
    [5.0, "late"],
    ["stalled", 1000.0],
    [1000.0],
    ["broken", Kind.NETWORK],
    *[[0.05, kind] for kind in Kind],
]


@dataclass(eq=False)
class Asked:
    lane: Lane
    task: asyncio.Task[Done]
    deadline: float
    heard: list[str]
    ended: float | None = None


class Watched(Breaker):
    """Keeps the passes it gave."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.given: list[Pass] = []

    def admit(self, line: Line) -> Pass | None:
        found = super().admit(line)
        if found is not None and found not in self.given:
            self.given.append(found)
        return found


class Nothing(RuleBasedStateMachine):
    """… is left open."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.loop = loop()
        self.stage, self.book = Stage(), Book()
        self.stage.set(self.patch)
        self.patch.setattr("symbiote.engine.remote.cloud.Breaker", Watched)
        self.cloud = Cloud(
            self.book,
            same,
            environment={},
            clock=self.loop.time,
            chance=lambda: 0.5,
        )
        self.engine = FakeEngine(tokens=["local"], delay=0.1)
        self.router = Router(Desk(self.engine), self.cloud, clock=self.loop.time)
        self.asks: list[Asked] = []
        self._do(lambda: self.cloud.configure(dict.fromkeys(PROVIDERS, True)))
        self._do(lambda: self.cloud.keys(KEYS))

    @rule(
        window=st.sampled_from("wv"),
        kind=st.sampled_from([COMPLETE, REWRITE]),
        order=st.sampled_from(ORDERS),
        seconds=st.sampled_from([0.0, 0.3, 1.0, 8.0]),
        hedge=st.booleans(),
    )
    def ask(
        self, window: str, kind: str, order: tuple[str, ...], seconds: float, hedge: bool
    ) -> None:
        deadline = self.loop.time() + seconds
        outside = Outside(order, Request("x", deadline=deadline), window, hedge)
        slot = Slot.COMPLETE if kind == COMPLETE else Slot.REWRITE
        ask = Ask((Text("x"),), deadline=deadline, slot=slot, outside=outside)
        heard: list[str] = []
        task = self.loop.create_task(self.router.run((window, kind), ask, heard.append))
        made = Asked((window, kind), task, deadline, heard)
        task.add_done_callback(lambda _: setattr(made, "ended", self.loop.time()))
        self.asks.append(made)

    @rule(seconds=st.sampled_from([0.0, 0.01, 0.1, 0.5, 3.0, 70.0]))
    def time_passes(self, seconds: float) -> None:
        self.loop.run_until_complete(asyncio.sleep(seconds))

    @rule(name=st.sampled_from(PROVIDERS), play=st.sampled_from(PLAYS))
    def behave(self, name: str, play: list[Step]) -> None:
        self.stage.plays[name] = play

    @rule(on=st.sets(st.sampled_from(PROVIDERS)), model=st.sampled_from(["", "another"]))
    def configure(self, on: set[str], model: str) -> None:
        entry: Any = {"complete": model} if model else True
        self._do(lambda: self.cloud.configure(dict.fromkeys(sorted(on), entry)))

    @rule(keys=st.sampled_from([KEYS, {}, {"groq": "another", "openai": "a-key"}]))
    def keys(self, keys: dict[str, str]) -> None:
        self._do(lambda: self.cloud.keys(keys))

    @rule(refusing=st.booleans())
    def money(self, refusing: bool) -> None:
        self.book.refusing = refusing

    @rule(state=st.sampled_from([State.READY, State.OFF]))
    def local(self, state: State) -> None:
        self.engine.state = EngineStatus(state)

    @rule(window=st.sampled_from("wv"))
    def leave(self, window: str) -> None:
        self._do(lambda: self.router.leave(window))

    @precondition(lambda self: self.asks)
    @rule(which=st.integers(0, 50))
    def cancel(self, which: int) -> None:
        self.asks[which % len(self.asks)].task.cancel()

    @invariant()
    def one_ask_of_a_lane_and_few_of_a_provider(self) -> None:
        self._do(lambda: None)
        live = [asked.lane for asked in self.asks if not asked.task.done()]
        assert len(live) == len(set(live))
        members = self.cloud._roster.members.values()
        assert all(len(member.running) <= MOST for member in members)
        assert self.stage.open <= MOST * len(PROVIDERS)

    def teardown(self) -> None:
        try:
            self.loop.run_until_complete(asyncio.sleep(100.0))
            for asked in self.asks:
                self._ended(asked)
            breaker = self.cloud._breaker
            assert isinstance(breaker, Watched)
            assert all(given.settled for given in breaker.given)
            assert all(circuit.probing is None for circuit in breaker._circuits.values())
            assert (self.stage.open, self.engine.running, self.book.held) == (0, 0, set())
            assert self.router._lanes == {}
            self.loop.run_until_complete(self.cloud.close())
            assert len(asyncio.all_tasks(self.loop)) == 0
        finally:
            self.patch.undo()
            self.loop.close()

    def _ended(self, asked: Asked) -> None:
        """Every ask ends in time, in one of four ways; a completion is heard whole or not at all."""
        assert asked.task.done()
        assert asked.ended is not None
        assert asked.ended <= asked.deadline + 1.0
        if not asked.task.cancelled():
            fault = asked.task.exception()
            assert fault is None or isinstance(fault, EngineGone | Superseded)
            if isinstance(fault, EngineGone):
                assert str(fault).endswith(".")
        if asked.lane[1] == COMPLETE:
            assert len(asked.heard) <= 1

    def _do(self, what: Any) -> None:
        async def inside() -> None:
            what()
            for _ in range(20):
                await asyncio.sleep(0)

        self.loop.run_until_complete(inside())


TestNothing = Nothing.TestCase
TestNothing.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
