"""Not more often than every so many seconds, and the last word is never lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pace:
    """Calls `act` at once if it has been quiet for `interval`, else once at the end of it."""

    def __init__(self, act: Callable[[], None], interval: float) -> None:
        self._act = act
        self._interval = interval
        self._loop = asyncio.get_running_loop()
        self._last = float("-inf")
        self._pending: asyncio.TimerHandle | None = None

    def touch(self) -> None:
        """Something changed."""
        if self._pending is not None:
            return
        wait = self._last + self._interval - self._loop.time()
        if wait <= 0:
            self._run()
        else:
            self._pending = self._loop.call_later(wait, self._run)

    def stop(self) -> None:
        """Nothing more will be said."""
        if self._pending is not None:
            self._pending.cancel()
        self._act = _nothing

    def _run(self) -> None:
        self._pending = None
        self._last = self._loop.time()
        self._act()


def _nothing() -> None:
    return
