"""The ready intentions as they are on the disk now, looked up beside the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from symbiote.prompt.intentions import Intention, intentions

EVERY = 2.0
"""Seconds a look is good for: whoever writes one and tries it needs about as long."""


class Ready:
    """A window's look at them; `complain` is given a sentence for each file that cannot be used, once."""

    def __init__(self, folder: Path, complain: Callable[[str], None]) -> None:
        self._folder = folder
        self._complain = complain
        self._known: Mapping[str, Intention] = {}
        self._looked = float("-inf")
        self._said: set[str] = set()

    async def known(self) -> Mapping[str, Intention]:
        """By name."""
        if time.monotonic() - self._looked < EVERY:
            return self._known
        self._known, complaints = await asyncio.to_thread(intentions, self._folder)
        self._looked = time.monotonic()
        for complaint in complaints:
            if complaint not in self._said:
                self._complain(complaint)
        self._said = set(complaints)
        return self._known
