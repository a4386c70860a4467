"""A provider that is turned on: its engines, one for each model and way, and who is being answered by it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from symbiote.core.errors import EngineError
from symbiote.engine.remote import presets
from symbiote.engine.remote.address import is_private
from symbiote.engine.remote.breaker import Line
from symbiote.engine.remote.budget import Rate
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.presets import Preset, Use

if TYPE_CHECKING:
    from symbiote.engine.remote.provider import Provider

MOST = 4
"""Requests at the same time: as many as its client has connections, so that none waits for one and is called slow."""
WARM_SECONDS = 20.0
REFUSALS, REFUSED_SECONDS = 5, 60.0
"""So many in a row, and for so long after the last one, others are asked before it: a refusal says nothing of the next request,
but five say something of the setting or the file."""
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
    refusals: int = 0
    refused: float = 0.0
    _engines: dict[Use, Provider] = field(default_factory=dict)
    _warmed: dict[Use, float] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.preset.name

    @property
    def keyless(self) -> bool:
        """Whether it wants a key and has none."""
        return bool(self.preset.key) and self.key is None

    def refuses(self, now: float) -> bool:
        """Whether it has refused what it was asked again and again; `now` by the clock of `refused`."""
        return self.refusals >= REFUSALS and now - self.refused < REFUSED_SECONDS

    @property
    def free(self) -> bool:
        """Whether it is known to cost nothing: on a network of the user's own, unless the setting names a price."""
        prices = self.preset.prices.values()
        if prices:
            return all(one.input == one.output == 0 for one in prices)
        return self.own and is_private(self.preset.base_url)

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
