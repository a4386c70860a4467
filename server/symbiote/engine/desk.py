"""The desk in front of an engine: one chair, a lane per asker, newest wins in its lane.

Who is next: completions before rewrites before prefetches; among equals the window that has waited longest for a
turn. A prefetch that is in the way is sent home, an answer of many lines is paused and goes on (see `turn.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from collections.abc import Callable

from symbiote.core.errors import Superseded
from symbiote.engine.port import Ask, Delta, Done, End, Engine
from symbiote.engine.turn import COMPLETE, PREFETCH, REWRITE, Lane, Turn

__all__ = ["COMPLETE", "PREFETCH", "REWRITE", "Desk", "Lane"]


class Desk:
    """Runs asks one at a time. The chair is free only when the engine has really stopped."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._seated: Turn | None = None
        self._waiting: list[Turn] = []
        self._lanes: dict[Lane, Turn] = {}
        self._served: dict[str, int] = {}
        self._count = itertools.count(1)

    async def run(
        self,
        lane: Lane,
        ask: Ask,
        on_text: Callable[[str], None],
        on_drafts: Callable[[int], None] | None = None,
    ) -> Done:
        """Answer `ask`, handing text to `on_text` as it comes; before it how many of its tokens were drafts to `on_drafts`.

        Raises `Superseded` when a newer ask takes the lane, or when a prefetch is in somebody's way. When the
        caller is cancelled, the engine is stopped before the cancellation goes on.
        """
        turn = Turn(lane, ask, on_text, on_drafts)
        self.clear(lane)
        task = turn.task = asyncio.create_task(self._serve(turn))
        self._lanes[lane] = turn
        try:
            return await task
        except asyncio.CancelledError:
            caller = asyncio.current_task()
            if caller is not None and caller.cancelling():
                turn.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task
                raise
            raise Superseded from None
        finally:
            if self._lanes.get(turn.lane) is turn:
                del self._lanes[turn.lane]

    def promote(self, window: str) -> None:
        """Somebody waits for the window's prefetch now: it goes on as a completion."""
        turn = self._lanes.pop((window, PREFETCH), None)
        if turn is None:
            return
        turn.lane = (window, COMPLETE)
        if (older := self._lanes.get(turn.lane)) is not None:
            older.cancel()
        self._lanes[turn.lane] = turn
        if turn is not self._seated:
            self._make_way(turn)

    def clear(self, lane: Lane) -> None:
        """A newer ask of the lane is answered elsewhere."""
        if (older := self._lanes.get(lane)) is not None:
            older.cancel()

    def leave(self, window: str) -> None:
        """Cancel what a window still has running or waiting."""
        for lane, turn in list(self._lanes.items()):
            if lane[0] == window:
                turn.cancel()
        self._served.pop(window, None)

    async def _serve(self, turn: Turn) -> Done:
        """Sit, be answered, stand; as often as the turn is paused."""
        while True:
            try:
                await self._sit(turn)
                if (done := await self._stream(turn)) is not None:
                    return turn.whole(done)
            except asyncio.CancelledError:
                if not turn.resumes():
                    raise
            finally:
                turn.stops()
                self._stand(turn)

    async def _sit(self, turn: Turn) -> None:
        turn.waits()
        if self._seated is not None:
            call = turn.call = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            self._make_way(turn)
            try:
                await call
            finally:
                if turn in self._waiting:
                    self._waiting.remove(turn)
        self._seated = turn
        self._served[turn.window] = next(self._count)
        turn.begins()

    def _stand(self, turn: Turn) -> None:
        """Leave the chair to who is next; nothing if it is somebody else's."""
        if self._seated is not turn:
            return
        self._seated = None
        waiting = [other for other in self._waiting if other.call and not other.call.done()]
        if waiting:
            following = min(waiting, key=lambda t: (t.rank, self._served.get(t.window, 0)))
            self._seated = following
            self._waiting.remove(following)
            assert following.call is not None
            following.call.set_result(None)

    def _make_way(self, newcomer: Turn) -> None:
        if self._seated is not None and self._seated.rank > newcomer.rank:
            self._seated.give_way()

    async def _stream(self, turn: Turn) -> Done | None:
        """What the engine ends the stream with; None when the turn was paused at the end of a token."""
        ask = turn.left()
        if ask is None:
            return Done(End.LIMIT)  # it was paused after the last token it may have
        async with contextlib.aclosing(self.engine.stream(ask)) as stream:  # type: ignore[type-var]
            async for part in stream:
                if isinstance(part, Delta):
                    turn.hears(part)
                    if turn.yielding:
                        return None
                else:
                    return part
        raise RuntimeError("an engine's stream ended without Done")
