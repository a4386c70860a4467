"""The desk in front of an engine: one chair, a lane per asker, newest wins in its lane."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable

from symbiote.core.errors import Superseded
from symbiote.engine.port import Ask, Delta, Done, Engine

Lane = tuple[str, str]
"""(window, kind): a window's newer completion sends its older one home, and nobody else's."""


class Desk:
    """Runs asks one at a time. The chair is free only when the engine has really stopped."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._chair = asyncio.Lock()
        self._lanes: dict[Lane, asyncio.Task[Done]] = {}

    async def run(self, lane: Lane, ask: Ask, on_text: Callable[[str], None]) -> Done:
        """Answer `ask`, handing text to `on_text` as it comes.

        Raises `Superseded` when a newer ask takes the lane. When the caller is cancelled, the engine
        is stopped before the cancellation goes on.
        """
        older = self._lanes.get(lane)
        if older is not None:
            older.cancel()
        task = asyncio.create_task(self._answer(ask, on_text))
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

    async def _answer(self, ask: Ask, on_text: Callable[[str], None]) -> Done:
        asked = time.monotonic()
        async with self._chair:
            queued = (time.monotonic() - asked) * 1000
            async with contextlib.aclosing(self.engine.stream(ask)) as stream:  # type: ignore[type-var]
                async for part in stream:
                    if isinstance(part, Delta):
                        on_text(part.text)
                    else:
                        part.cost.timing.queue = queued
                        return part
        raise RuntimeError("an engine's stream ended without Done")

    def leave(self, window: str) -> None:
        """Cancel what a window still has running or waiting."""
        for lane, task in list(self._lanes.items()):
            if lane[0] == window:
                task.cancel()
