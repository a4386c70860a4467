"""In front of the desk and the providers: who an ask goes to. To its callers it is a desk.

An ask that says nothing of providers goes to the desk as it always did. The others go through their order: the model on this
machine where it is ready, providers where one can be asked, each when those before it cannot answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from symbiote.core.errors import EngineGone, Superseded
from symbiote.engine.desk import PREFETCH, Desk, Lane
from symbiote.engine.port import LOCAL, Ask, Done, Engine, EngineStatus, Outside, Slot, State
from symbiote.engine.slots import Slots

SHARE = 1 / 3
"""Of the time that is left, what providers leave for the model on this machine where it comes after them."""


class Outdoors(Protocol):
    """What a router needs of `engine/remote/cloud.py`."""

    def able(self, task: str, order: tuple[str, ...]) -> bool: ...
    async def run(
        self, outside: Outside, task: str, on_text: Callable[[str], None], *, leave: float = 0.0
    ) -> Done: ...


class Router:
    """`run`, `promote`, `leave` and `engine` are those of a desk."""

    def __init__(self, desk: Desk, cloud: Outdoors) -> None:
        self.desk = desk
        self.cloud = cloud
        self._lanes: dict[Lane, asyncio.Task[Done]] = {}

    @property
    def engine(self) -> Engine:
        """The engine on this machine."""
        return self.desk.engine

    async def run(
        self,
        lane: Lane,
        ask: Ask,
        on_text: Callable[[str], None],
        on_drafts: Callable[[int], None] | None = None,
    ) -> Done:
        """Answer `ask` as `Desk.run` does. Raises `EngineGone` when nobody answered: with text before it, what came can be kept."""
        if (older := self._lanes.pop(lane, None)) is not None:
            older.cancel()
        if ask.outside is None or lane[1] == PREFETCH:
            return await self.desk.run(lane, ask, on_text, on_drafts)
        self.desk.clear(lane)
        task = asyncio.create_task(self._route(lane, ask, ask.outside, on_text, on_drafts))
        self._lanes[lane] = task
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
                raise
            raise Superseded from None
        finally:
            if self._lanes.get(lane) is task:
                del self._lanes[lane]

    def promote(self, window: str) -> None:
        """As `Desk.promote`: nothing is computed ahead outside."""
        self.desk.promote(window)

    def leave(self, window: str) -> None:
        """Cancel what a window still has running or waiting."""
        for lane, task in list(self._lanes.items()):
            if lane[0] == window:
                task.cancel()
        self.desk.leave(window)

    async def _route(
        self,
        lane: Lane,
        ask: Ask,
        outside: Outside,
        on_text: Callable[[str], None],
        on_drafts: Callable[[int], None] | None,
    ) -> Done:
        said = False

        def hear(text: str) -> None:
            nonlocal said
            said = said or bool(text)
            on_text(text)

        fault: EngineGone | None = None
        legs = [tuple(leg) for _, leg in itertools.groupby(outside.order, LOCAL.__eq__)]
        for number, leg in enumerate(legs):
            here, last = LOCAL in leg, number == len(legs) - 1
            if here and not (ask.pieces and ((last and fault is None) or self._ready(ask.slot))):
                continue
            try:
                if here:
                    return await self.desk.run(lane, ask, hear, on_drafts)
                request = replace(outside, order=leg)
                leave = self._leave(ask, legs[number + 1 :])
                return await self.cloud.run(request, ask.slot.value, hear, leave=leave)
            except EngineGone as gone:
                if said:
                    raise
                fault = gone
        raise fault or EngineGone(self._status(ask.slot).reason or "No engine can be asked.")

    def _leave(self, ask: Ask, after: list[tuple[str, ...]]) -> float:
        """Seconds that providers leave for the model on this machine."""
        if not ask.pieces or not self._ready(ask.slot) or not any(LOCAL in leg for leg in after):
            return 0.0
        left = ask.deadline - time.monotonic()
        return max(left, 0.0) * SHARE if left < float("inf") else 0.0

    def _ready(self, slot: Slot) -> bool:
        return self._status(slot).state is State.READY

    def _status(self, slot: Slot) -> EngineStatus:
        engine = self.desk.engine
        if slot is Slot.REWRITE and isinstance(engine, Slots):
            return engine.rewriting
        return engine.status
