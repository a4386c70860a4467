"""In front of the desk and the providers: who an ask goes to. To its callers it is a desk.

An ask that says nothing of providers goes to the desk as it always did. The others go through their order: the model on this
machine where it is ready and not known to be too slow, providers where one can be asked, each when those before it cannot answer.
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
from symbiote.engine.port import LOCAL, Ask, Done, End, Engine, EngineStatus, Outside, Slot, State
from symbiote.engine.remote.latency import Latency
from symbiote.engine.slots import Slots

SHARE = 1 / 3
"""Of the time that is left, what providers leave for the model on this machine where it comes after them."""


CUT = 2.0
"""Times the time an answer took that its deadline cut off: how long the whole would have taken nobody knows."""


class Outdoors(Protocol):
    """What a router needs of `engine/remote/cloud.py`."""

    def able(self, task: str, order: tuple[str, ...]) -> bool: ...
    async def run(
        self, outside: Outside, task: str, on_text: Callable[[str], None], *, leave: float = 0.0
    ) -> Done: ...


class Router:
    """`run`, `promote`, `leave` and `engine` are those of a desk."""

    def __init__(
        self, desk: Desk, cloud: Outdoors, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.desk = desk
        self.cloud = cloud
        self._clock = clock
        self._here = Latency(clock)
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
            after = legs[number + 1 :]
            try:
                if LOCAL not in leg:
                    leave, part = self._leave(ask, after), replace(outside, order=leg)
                    return await self.cloud.run(part, ask.slot.value, hear, leave=leave)
                if ask.pieces and self._worth(ask, after, alone=fault is None and not after):
                    return await self._at_desk(lane, ask, hear, on_drafts)
            except EngineGone as gone:
                if said:
                    raise
                fault = gone
        raise fault or EngineGone(self._status(ask.slot).reason or "No engine can be asked.")

    async def _at_desk(
        self,
        lane: Lane,
        ask: Ask,
        on_text: Callable[[str], None],
        on_drafts: Callable[[int], None] | None,
    ) -> Done:
        """As `Desk.run`, and remembers how long an answer took."""
        begun = self._clock()
        done = await self.desk.run(lane, ask, on_text, on_drafts)
        ms = (self._clock() - begun) * 1000
        self._here.took(LOCAL, ask.slot, ms * CUT if done.end is End.DEADLINE else ms)
        return done

    def _worth(self, ask: Ask, after: list[tuple[str, ...]], *, alone: bool) -> bool:
        """Whether this machine is asked now. A completion that it usually has no time for goes to who comes after, if there is
        anybody; `alone` is whether nobody else could answer."""
        if alone:
            return True
        if not self._ready(ask.slot):
            return False
        usual = self._here.p50(LOCAL, ask.slot)
        if (
            ask.slot is Slot.REWRITE
            or usual is None
            or usual / 1000 <= ask.deadline - self._clock()
        ):
            return True
        return not any(self.cloud.able(ask.slot.value, leg) for leg in after)

    def _leave(self, ask: Ask, after: list[tuple[str, ...]]) -> float:
        """Seconds that providers leave for the model on this machine."""
        if not ask.pieces or not self._ready(ask.slot) or not any(LOCAL in leg for leg in after):
            return 0.0
        left = ask.deadline - self._clock()
        return max(left, 0.0) * SHARE if left < float("inf") else 0.0

    def _ready(self, slot: Slot) -> bool:
        return self._status(slot).state is State.READY

    def _status(self, slot: Slot) -> EngineStatus:
        engine = self.desk.engine
        if slot is Slot.REWRITE and isinstance(engine, Slots):
            return engine.rewriting
        return engine.status
