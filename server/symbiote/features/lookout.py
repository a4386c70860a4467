"""What the disk says of documents, looked up beside the event loop: one look for all who ask, good for some seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

EVERY = 2.0
"""Seconds a look is good for: whoever edits an ignore file and goes back to the other one needs about as long."""
KEPT = 1_000
"""Documents."""

Roots = tuple[str, ...]
Why = Callable[[str, Sequence[str]], str | None]
"""Why a document, given by URI and the URIs of its workspace's folders, is excluded; None where it is not."""


class Lookout:
    """Asks `why` in threads of its own: a disk that hangs holds up the asks of its files, and nothing else."""

    def __init__(self, why: Why, clock: Callable[[], float] = time.monotonic) -> None:
        self._why = why
        self._clock = clock
        self._threads = ThreadPoolExecutor(4, "symbiote-exclude")
        self._known: dict[tuple[str, Roots], tuple[float, str | None]] = {}
        self._looking: dict[tuple[str, Roots], asyncio.Future[str | None]] = {}

    async def __call__(self, uri: str, roots: Roots) -> str | None:
        """At once where the last look is good still."""
        key = (uri, roots)
        known = self._known.get(key)
        if known is not None and self._clock() - known[0] < EVERY:
            return known[1]
        look = self._looking.get(key)
        if look is None:
            loop = asyncio.get_running_loop()
            look = loop.run_in_executor(self._threads, self._why, uri, roots)
            self._looking[key] = look
            look.add_done_callback(partial(self._seen, key, self._clock()))
        return await asyncio.shield(look)

    def _seen(self, key: tuple[str, Roots], began: float, look: asyncio.Future[str | None]) -> None:
        del self._looking[key]
        if look.cancelled() or look.exception() is not None:
            return
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[key] = (began, look.result())
