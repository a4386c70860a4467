"""The analysis as the daemon uses it: asked, waited for so long and no longer, started anew when it hangs.

One process for all windows, begun with the first question and ended when none has come for long.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from symbiote.context.analysis.process import Worker, WorkerGone
from symbiote.context.analysis.protocol import Findings, Question, why_not
from symbiote.core import paths

log = logging.getLogger("symbiote.analysis")

HARD_SECONDS = 5.0
"""Without an answer the process is ended. It stops by itself well before, so this is one that cannot."""
MARGIN = 0.2
"""Seconds of a deadline that are left for the way back."""
IDLE_SECONDS = 600.0
FIRST_REST, LONGEST_REST = 1.0, 60.0
"""Seconds to wait before the process is started again; doubled each time, until a question is answered."""
STRIKES = 2
"""A file that ended the process so often is left alone for a while."""
ALONE_SECONDS = 600.0
REMEMBERED = 100
"""Files whose strikes are counted."""


class State(StrEnum):
    IDLE = "idle"
    STARTING = "starting"
    READY = "ready"
    BUSY = "busy"
    RESTING = "resting"


@dataclass(slots=True)
class Status:
    """Counts since the daemon's start. Each question asked is answered, late, overtaken or lost with its process.

    `refused` counts questions about what is not analysed, which were never asked. `reason` is the last refusal or loss.
    """

    state: State = State.IDLE
    reason: str = ""
    pid: int = 0
    jedi: str = ""
    asked: int = 0
    answered: int = 0
    late: int = 0
    overtaken: int = 0
    lost: int = 0
    refused: int = 0
    restarts: int = 0


@dataclass(slots=True, eq=False)
class _Wanted:
    question: Question
    until: float
    answer: asyncio.Future[Findings | None]

    def give(self, found: Findings | None) -> None:
        if not self.answer.done():
            self.answer.set_result(found)


class Analysis:
    """Belongs to one event loop, which it never blocks. `cache` is the folder for jedi's cache."""

    def __init__(self, cache: Path | None = None) -> None:
        self.status = Status()
        self._cache = cache
        self._wanted: _Wanted | None = None
        self._wake = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._worker: Worker | None = None
        self._failures = 0
        self._not_before = 0.0
        self._strikes: Counter[str] = Counter()
        self._alone: dict[str, float] = {}
        self._closed = False

    async def ask(self, question: Question, seconds: float) -> Findings | None:
        """What is found within `seconds`; None if it is late, overtaken by a newer question, refused or lost.

        A late answer's work is not wasted: what was parsed for it is not parsed again.
        """
        reason = why_not(question.text) or self._left_alone(question.path)
        if reason or self._closed:
            self.status.refused += 1
            self.status.reason = reason or self.status.reason
            return None
        loop = asyncio.get_running_loop()
        wanted = _Wanted(question, loop.time() + seconds, loop.create_future())
        self.status.asked += 1
        if self._wanted is not None and not self._wanted.answer.done():
            self.status.overtaken += 1
            self._wanted.give(None)
        self._wanted = wanted
        self._wake.set()
        if self._life is None:
            self._life = asyncio.create_task(self._live())
        try:
            async with asyncio.timeout(seconds):
                found = await wanted.answer
        except TimeoutError:
            self.status.late += 1
            return None
        self.status.answered += found is not None
        return found

    async def close(self) -> None:
        """End the process. Questions are refused from here on."""
        self._closed = True
        if self._life is not None:
            self._life.cancel()
            await asyncio.gather(self._life, return_exceptions=True)
        if self._wanted is not None:
            self._wanted.give(None)
        await self._stop()

    # -- the worker's life

    async def _live(self) -> None:
        while True:
            try:
                async with asyncio.timeout(IDLE_SECONDS if self._worker else None):
                    await self._wake.wait()
            except TimeoutError:
                await self._stop()
                continue
            self._wake.clear()
            await self._rest()
            wanted, self._wanted = self._wanted, None
            if wanted is None or wanted.answer.done():
                continue
            try:
                await self._serve(wanted)
            except Exception:
                log.exception("the analysis failed")
                await self._fail("The analysis failed; the log has the details.")
            finally:
                wanted.give(None)

    async def _rest(self) -> None:
        left = self._not_before - asyncio.get_running_loop().time()
        if left > 0:
            self.status.state = State.RESTING
            await asyncio.sleep(left)

    async def _serve(self, wanted: _Wanted) -> None:
        try:
            worker = await self._started()
        except WorkerGone as error:
            self.status.lost += not wanted.answer.done()
            await self._fail(str(error))
            return
        if wanted.answer.done():  # it started too slowly for this one
            return
        self.status.state = State.BUSY
        left = wanted.until - asyncio.get_running_loop().time() - MARGIN
        try:
            found = await worker.ask(wanted.question, max(left, MARGIN), HARD_SECONDS)
        except WorkerGone as error:
            self.status.lost += not wanted.answer.done()
            self._strike(wanted.question.path)
            await self._fail(str(error))
            return
        self._failures = 0
        if any(fault.endswith("MemoryError") for fault in found.faults):
            self._strike(wanted.question.path)  # the worker ends itself after this answer
        self.status.state = State.READY
        wanted.give(found)

    async def _started(self) -> Worker:
        if self._worker is not None and self._worker.gone:  # of itself, after an answer
            log.info("the analysis ended by itself")
            await self._stop()
            self.status.restarts += 1
        if self._worker is None:
            self.status.state = State.STARTING
            self.status.restarts += self._failures > 0
            self._worker = await Worker.start(self._cache or paths.cache() / "jedi")
            self.status.pid, self.status.jedi = self._worker.pid, self._worker.jedi
            self.status.state = State.READY
        return self._worker

    async def _fail(self, reason: str) -> None:
        """The process is of no use any more; the next one waits longer."""
        log.warning("%s", reason)
        if self._worker is not None:
            self._worker.kill()
        await self._stop()
        rest = min(FIRST_REST * 2**self._failures, LONGEST_REST)
        self._failures = min(self._failures + 1, 30)
        self._not_before = asyncio.get_running_loop().time() + rest
        self.status.reason = reason
        self.status.state = State.RESTING

    async def _stop(self) -> None:
        worker, self._worker = self._worker, None
        self.status.state, self.status.pid = State.IDLE, 0
        if worker is not None:
            with contextlib.suppress(OSError):
                await worker.stop()

    def _strike(self, path: str) -> None:
        if len(self._strikes) > REMEMBERED:
            self._strikes.clear()
        self._strikes[path] += 1
        if path and self._strikes[path] >= STRIKES:
            del self._strikes[path]
            self._alone = dict(list(self._alone.items())[-REMEMBERED:])
            self._alone[path] = asyncio.get_running_loop().time() + ALONE_SECONDS

    def _left_alone(self, path: str) -> str:
        if self._alone.get(path, 0.0) <= asyncio.get_running_loop().time():
            self._alone.pop(path, None)
            return ""
        return f"A file ended the analysis {STRIKES} times; it is left alone for a while."
