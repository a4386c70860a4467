"""A provider that is turned on: its engines, one for each model and way, and who is being answered by it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from symbiote.core.errors import EngineError
from symbiote.engine.remote import presets
from symbiote.engine.remote.breaker import Line
from symbiote.engine.remote.budget import Rate
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.presets import Preset, Use
from symbiote.engine.remote.provider import Provider

MOST = 4
"""Requests at the same time: as many as its client has connections, so that none waits for one and is called slow."""
WARM_SECONDS = 20.0
_prepared: set[tuple[str, str]] = set()


@dataclass(eq=False, slots=True)
class Member:
    """`own` is whether it is at an address of the user's. `running` are the tasks that are being answered."""

    preset: Preset
    own: bool
    key: Key | None
    rate: Rate
    running: set[asyncio.Task[Any]] = field(default_factory=set)
    gone: bool = False
    _engines: dict[Use, Provider] = field(default_factory=dict)
    _warmed: dict[Use, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.preset.name

    @property
    def keyless(self) -> bool:
        """Whether it wants a key and has none."""
        return bool(self.preset.key) and self.key is None

    def line(self, task: str) -> Line:
        """What the breaker keeps apart."""
        key = self.key.fingerprint if self.key else ""
        return Line(self.name, self.preset.uses[task].model, key)

    async def engine(self, task: str) -> Provider:
        """The engine for a task; its library is imported beside the event loop the first time."""
        use = self.preset.uses[task]
        if (self.preset.kind, use.way) not in _prepared:
            await asyncio.to_thread(presets.prepare, self.preset.kind, use.way)
            _prepared.add((self.preset.kind, use.way))
        if self.gone:
            raise Fault(Kind.REFUSED, "it was turned off")
        if use not in self._engines:
            self._engines[use] = presets.make(self.preset, task, self.key)
        return self._engines[use]

    async def warm(self, task: str, clock: Callable[[], float] = time.monotonic) -> None:
        """Open its connection, unless that was done a moment ago."""
        use = self.preset.uses[task]
        if clock() - self._warmed.get(use, float("-inf")) < WARM_SECONDS:
            return
        self._warmed[use] = clock()
        try:
            await (await self.engine(task)).warm()
        except EngineError:
            return

    async def close(self) -> None:
        """Hang up on everybody, and close the connections."""
        self.gone = True
        for task in self.running:
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
        engines, self._engines = list(self._engines.values()), {}
        for engine in engines:
            await engine.close()
