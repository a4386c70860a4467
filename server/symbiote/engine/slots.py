"""Two models behind one desk: one completes, one rewrites. The second is loaded with the first rewrite and leaves when idle.

Where the memory does not hold both, they take turns: the completion model makes room, and comes back once no rewrite has
come for a while. Without a model of its own for rewrites, the completion model answers all.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Protocol

from symbiote.core.errors import EngineGone, ModelError
from symbiote.core.settings import MachineSettings
from symbiote.engine.port import Ask, Delta, Done, EngineStatus, Slot, State

log = logging.getLogger(__name__)

IDLE_SECONDS = 300.0
"""Without a rewrite, beside the completion model."""
TURN_SECONDS = 20.0
"""Without a rewrite, in place of the completion model: reading and judging one takes about that long."""
MARGIN = 1.25
"""Of a model's file: its cache and buffers come on top."""
LATER = "The model for rewrites is loaded with the first rewrite."
ANOTHER = "Another model was chosen in the meantime."
MADE_ROOM = "The completion model made room for the rewrite model: the memory does not hold both."


class Loaded(Protocol):
    """An engine that keeps one model (`engine/local/client.py`)."""

    @property
    def status(self) -> EngineStatus: ...
    def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]: ...
    def start(self) -> None: ...
    def configure(self, settings: MachineSettings) -> None: ...
    def restart(self) -> None: ...
    async def settled(self) -> EngineStatus: ...
    async def suspend(self, reason: str) -> None: ...
    def resume(self) -> None: ...
    async def close(self) -> None: ...


class Slots:
    """An `Engine` whose `stream` chooses by `Ask.slot`. All methods belong to one event loop.

    `make` makes an engine from settings and a listener; `size` tells a model's bytes by its setting, and `available` the
    bytes of memory that are left (None: unknown).
    """

    def __init__(
        self,
        settings: MachineSettings,
        on_change: Callable[[], None],
        make: Callable[[MachineSettings, Callable[[], None]], Loaded],
        size: Callable[[str], int],
        available: Callable[[], int | None],
    ) -> None:
        self._settings = settings
        self._on_change = on_change
        self._make = make
        self._size = size
        self._available = available
        self._first = make(settings, on_change)
        self._second: Loaded | None = None
        self._problem = ""
        self._turns = False
        self._busy = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._loading = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()
        self._left = 0
        self._closing = False

    @property
    def status(self) -> EngineStatus:
        """Of the completion model."""
        return self._first.status

    @property
    def rewriting(self) -> EngineStatus:
        """Of the model that rewrites; `State.OFF` while it is not loaded."""
        if not self._settings.rewrite_model:
            return self._first.status
        if self._second is not None:
            return self._second.status
        reason = self._problem or LATER
        return EngineStatus(State.OFF, reason=reason, model=self._settings.rewrite_model)

    def start(self) -> None:
        """Begin loading the completion model; returns at once."""
        self._first.start()

    def configure(self, settings: MachineSettings) -> None:
        """Take new settings. Models are loaded anew only when something that concerns them has changed.

        Another model for rewrites answers all that is asked from now on; an answer under way is ended by the one it has.
        """
        changed = settings.rewrite_model != self._settings.rewrite_model
        self._settings = settings
        self._first.configure(settings)
        if changed:
            self._problem = ""
            self._leave()
        elif self._second is not None:
            self._second.configure(self._for_rewrites())

    def restart(self) -> None:
        """Load the models anew, and forgive earlier deaths."""
        self._problem = ""
        self._leave()
        self._first.restart()

    async def close(self) -> None:
        self._closing, self._turns = True, False
        self._leave()
        self._quiet.set()  # an answer under way is not waited for
        await self._gone()
        await self._first.close()

    async def load(self) -> EngineStatus:
        """Have the model for rewrites ready: its status, `State.OFF` with a reason when it cannot be.

        Wait for this before sitting down at the desk: nobody else is served while an ask holds the chair.
        """
        async with self._loading:
            self._rest()
            try:
                while not await self._decided():
                    pass
            finally:
                self._linger()
        if not self._settings.rewrite_model:
            return await self._first.settled()
        return self.rewriting

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        """Answer `ask` with the model of its slot. Raises `EngineGone` while that is not ready, or no longer the one it is for."""
        engine: Loaded | None = self._first
        if ask.slot is Slot.REWRITE and self._settings.rewrite_model:
            engine = self._second
        if engine is None:
            raise EngineGone(self.rewriting.reason)
        now = engine.status
        if ask.model and now.state is State.READY and now.model != ask.model:
            raise EngineGone(ANOTHER)
        if ask.slot is not Slot.REWRITE:
            async for part in engine.stream(ask):
                yield part
            return
        self._busy += 1
        self._quiet.clear()
        try:
            async for part in engine.stream(ask):
                yield part
        finally:
            self._busy -= 1
            if not self._busy:
                self._quiet.set()
            self._linger()

    # -- coming and going

    async def _decided(self) -> bool:
        """Load it, unless it is there; False where it was sent away in the meantime, as by another choice of model."""
        await self._gone()  # what leaves still holds its memory
        if self._closing:
            return True
        name, left = self._settings.rewrite_model, self._left
        if name and (self._second is None or (await self._second.settled()).state is State.OFF):
            return await self._begin(name)
        return self._left == left

    async def _begin(self, name: str) -> bool:
        """Load it beside the other, or, if that does not fit or does not work, in its place. As `_decided`."""
        try:
            size = self._size(name)
        except ModelError as error:
            self._problem = str(error)
            return True
        left, free = self._left, self._available()
        beside = not self._turns and (free is None or size * MARGIN < free)
        for turns in (False, True) if beside else (True,):
            if turns:
                log.info("%s does not fit beside the completion model", name)
                await self._make_room()
            status = await self._try() if self._left == left else None
            if status is None or self._left != left:
                self._leave()
                return False
            if status.state is State.READY:
                return True
            self._problem = status.reason
        self._leave()
        await self._gone()
        return True

    async def _make_room(self) -> None:
        try:
            await self._first.suspend(MADE_ROOM)
        finally:
            self._turns = True  # not before: nobody may bring it back in the middle

    async def _try(self) -> EngineStatus:
        if self._second is not None:
            await self._second.close()
        made = self._second = self._make(self._for_rewrites(), self._on_change)
        made.start()
        return await made.settled()

    def _for_rewrites(self) -> MachineSettings:
        return replace(self._settings, model=self._settings.rewrite_model)

    def _linger(self) -> None:
        """It stays for a while after the last rewrite."""
        self._rest()
        if self._second is None and not self._turns:
            return
        seconds = TURN_SECONDS if self._turns else IDLE_SECONDS
        self._idle = asyncio.get_running_loop().call_later(seconds, self._part)

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None

    def _part(self) -> None:
        """It leaves, unless it is in the middle of an answer, or is just being loaded."""
        if self._busy or self._loading.locked():
            self._linger()
        else:
            self._leave()

    def _leave(self) -> None:
        """It answers nothing new from here on, and is closed once it has ended its answer."""
        self._rest()
        self._left += 1
        second, self._second, turns = self._second, None, self._turns
        self._turns = False
        leaving = asyncio.get_running_loop().create_task(self._close(second, turns))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)

    async def _close(self, second: Loaded | None, turns: bool) -> None:
        if second is not None:
            await self._quiet.wait()
            await second.close()
        if turns:
            self._first.resume()
        self._on_change()

    async def _gone(self) -> None:
        """All that leave have left."""
        while self._leaving:
            await asyncio.wait(self._leaving)
