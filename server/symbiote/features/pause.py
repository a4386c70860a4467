"""Something to be done for the newest place of a window once its user pauses."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from symbiote.core.text import Document, Position

log = logging.getLogger("symbiote.pause")

PAUSE = 0.3
"""Seconds without a key. Keys come 150 to 250 ms apart on average (Dhakal et al., CHI 2018)."""

What = Callable[[Document, Position | None], Awaitable[None]]


class Pause:
    """A window's: one thing at a time, for the place planned last."""

    def __init__(self) -> None:
        self._wanted: tuple[What, Document, Position | None] | None = None
        self._due = 0.0
        self._rest_until = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def overtaken(self) -> bool:
        """Whether what is being done is for a place that was left since."""
        return self._wanted is not None

    @property
    def busy(self) -> bool:
        """Whether something is planned, or being done."""
        return self._task is not None and not self._task.done()

    def plan(self, what: What, document: Document, place: Position | None) -> None:
        """Do it once no key has come for `PAUSE`."""
        loop = asyncio.get_running_loop()
        self._wanted = (what, document, place)
        self._due = loop.time() + PAUSE
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())

    def rest(self, seconds: float) -> None:
        """Begin nothing for so long; what is planned meanwhile is done then."""
        self._rest_until = asyncio.get_running_loop().time() + seconds

    async def settled(self, seconds: float) -> None:
        """Wait until nothing is being done or planned, at most so long."""
        if self._task is not None and self.busy:
            await asyncio.wait({self._task}, timeout=seconds)

    def forget(self, uri: str) -> None:
        """The document is closed."""
        if self._wanted is not None and self._wanted[1].uri == uri:
            self._wanted = None

    def leave(self) -> None:
        """The window is gone."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while self._wanted is not None:
            if (left := max(self._due, self._rest_until) - loop.time()) > 0:
                await asyncio.sleep(left)
                continue
            (what, document, place), self._wanted = self._wanted, None
            try:
                await what(document, place)
            except Exception:
                log.exception("what was planned for the pause failed")
