"""Vectors of wishes, as the daemon asks for them: a process begun with the first and ended when none has come for long.

Whatever goes wrong, the answer is None and the next question waits a while: nothing of the daemon depends on it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass

from symbiote.core.errors import EngineGone, ModelError
from symbiote.engine.local.embedding.model import EmbeddingModel, checked, described
from symbiote.engine.local.embedding.process import Process

log = logging.getLogger("symbiote.embedding")

IDLE_SECONDS = 300.0
REST_SECONDS = 60.0
"""After a fault, before the process is started again."""
THREADS = 1
"""A dozen tokens gain nothing from a second one, and the rest of the machine is somebody else's."""
KEPT = 64
"""Vectors of the last wishes: what is asked for was often read ahead while it was typed."""

Vector = tuple[float, ...]


@dataclass(slots=True)
class Status:
    """Counts since the daemon's start; `reason` is why there are no vectors, "" where there are or were never asked for."""

    reason: str = ""
    pid: int = 0
    asked: int = 0
    answered: int = 0
    started: int = 0


class Embedder:
    """Belongs to one event loop, which it never blocks. `model` is looked up where none is given."""

    def __init__(
        self, model: EmbeddingModel | None = None, *, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self.status = Status()
        self._model = model
        self._idle_seconds = idle_seconds
        self._process: Process | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[object]] = set()
        self._not_before = 0.0
        self._kept: OrderedDict[str, Vector] = OrderedDict()
        self._closed = False

    async def embed(self, text: str, seconds: float) -> Vector | None:
        """The words' vector, of length one; None if there is no model or it did not answer within `seconds`.

        What is late is computed nevertheless, and kept for the next time.
        """
        if (kept := self._kept.get(text)) is not None:
            self._kept.move_to_end(text)
            return kept
        if self._closed or asyncio.get_running_loop().time() < self._not_before:
            return None
        self.status.asked += 1
        task = asyncio.create_task(self._embedded(text))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(task)
        except TimeoutError:
            return None

    async def close(self) -> None:
        """End the process; from here on there are no vectors."""
        self._closed = True
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stop()

    async def _embedded(self, text: str) -> Vector | None:
        async with self._turn:
            if (kept := self._kept.get(text)) is not None:
                return kept
            if self._closed or asyncio.get_running_loop().time() < self._not_before:
                return None
            try:
                found = await (await self._started()).embed(text)
            except (EngineGone, ModelError) as error:
                await self._fail(str(error))
                return None
            except (
                BaseException
            ):  # a cancelled question leaves an answer that nobody would tell from the next
                await self._stop()
                raise
        self.status.answered += 1
        self.status.reason = ""
        self._kept[text] = found
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._rest_later()
        return found

    async def _started(self) -> Process:
        if self._process is not None and self._process.gone:
            await self._stop()
        if self._process is None:
            if self._model is None:
                self._model = await asyncio.to_thread(described)
            await asyncio.to_thread(checked, self._model)
            self._process = await Process.start(self._model.path, THREADS)
            self.status.started += 1
            self.status.pid = self._process.pid
        return self._process

    async def _fail(self, reason: str) -> None:
        if reason != self.status.reason:
            log.info("%s", reason)
        self.status.reason = reason
        self._not_before = asyncio.get_running_loop().time() + REST_SECONDS
        await self._stop()

    def _rest_later(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        loop = asyncio.get_running_loop()
        self._idle = loop.call_later(self._idle_seconds, self._rest)

    def _rest(self) -> None:
        async def rested() -> None:
            async with self._turn:
                await self._stop()

        task: asyncio.Task[object] = asyncio.create_task(rested())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _stop(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
            self._idle = None
        process, self._process = self._process, None
        try:
            if process is not None:
                await process.stop()
        finally:
            self.status.pid = 0
