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
        """At once where the last look is good still; the next one begins before it no longer is, so that who types
        never waits for the disk.
        """
        key = (uri, roots)
        known = self._known.get(key)
        age = self._clock() - known[0] if known is not None else EVERY
        look = self._look(key) if age >= EVERY / 2 else None
        if known is not None and age < EVERY:
            return known[1]
        assert look is not None
        return await asyncio.shield(look)

    def _look(self, key: tuple[str, Roots]) -> asyncio.Future[str | None]:
        """The look that is under way, or a new one."""
        look = self._looking.get(key)
        if look is None:
            loop = asyncio.get_running_loop()
            look = self._looking[key] = loop.run_in_executor(self._threads, self._why, *key)
            look.add_done_callback(partial(self._seen, key, self._clock()))
        return look

    def _seen(self, key: tuple[str, Roots], began: float, look: asyncio.Future[str | None]) -> None:
        del self._looking[key]
        if look.cancelled() or look.exception() is not None:
            return
        if len(self._known) >= KEPT:
            self._known.clear()
        self._known[key] = (began, look.result())
