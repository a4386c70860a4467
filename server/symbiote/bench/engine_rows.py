"""What the engine does beside its answers: how soon it stops, and how a rewrite and completions share it.

Below the daemon: an engine, and the desk in front of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace

from symbiote.bench.alone import prompt, ready
from symbiote.bench.screen import View
from symbiote.bench.trace import File, Stroke, Trace
from symbiote.core.errors import Superseded
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import MachineSettings
from symbiote.core.text import opened
from symbiote.engine.desk import COMPLETE, REWRITE, Desk
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta
from symbiote.features.around import around
from symbiote.prompt.family import Family, choose
from symbiote.prompt.fim import fim

LONG = 400
"""Tokens of an answer that is cancelled, or that stands for a rewrite."""
SOONEST, LATEST = 0.005, 0.3
"""Seconds after which an answer is cancelled: while its prompt is read, or while it is written."""
SEED = 1
BLOCK = 40
"""Keys typed with and without a rewrite beside them before the next ones are."""
FAR = 10_000
"""Prompts of rewrites are numbered from here, apart from those of other series."""


@contextlib.asynccontextmanager
async def running(model: str) -> AsyncGenerator[tuple[LocalEngine, Family]]:
    """An engine that is ready, and how it is to be asked. Raises `UserError`."""
    engine = LocalEngine(MachineSettings(model=model), lambda: None)
    engine.start()
    try:
        status = await ready(engine)
        yield engine, choose(status.family or None, status.model, status.specials)
    finally:
        await engine.close()


async def cancels(model: str, files: Sequence[File], count: int) -> list[float]:
    """Milliseconds from a cancel until the engine is idle; answers that had ended by then are left out."""
    rng, taken = random.Random(SEED), []  # noqa: S311
    async with running(model) as (engine, family):
        for number in range(count):
            ask = replace(prompt(family, files, number), limit=LONG)
            task = asyncio.create_task(_heard(engine, ask))
            await asyncio.sleep(rng.uniform(SOONEST, LATEST))
            if task.done():
                await task
                continue
            began = time.perf_counter()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            taken.append((time.perf_counter() - began) * 1000)
    return taken


async def _heard(engine: LocalEngine, ask: Ask) -> int:
    """How many pieces an answer had."""
    async with contextlib.aclosing(engine.stream(ask)) as stream:
        return sum([isinstance(part, Delta) async for part in stream])


@dataclass(slots=True)
class Beside:
    """Milliseconds of completions with and without a rewrite; `pieces` of text, `answers` that came to their end and
    `seconds` are the rewrites'.

    A completion that the next key sent home counts with the time it had waited, and in `sent_home`.
    """

    busy: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    pieces: int = 0
    answers: int = 0
    seconds: float = 0.0
    sent_home: int = 0


async def beside(model: str, trace: Trace, files: Sequence[File], block: int = BLOCK) -> Beside:
    """The trace's completions in blocks, each typed twice: while rewrites stream, one after the other, and without."""
    found, texts = Beside(), [file.start for file in trace.files]
    async with running(model) as (engine, family):
        desk = Desk(engine)
        numbers = itertools.count(FAR)
        for number, start in enumerate(range(0, len(trace.strokes), block)):
            strokes = trace.strokes[start : start + block]
            for busy in (True, False) if number % 2 else (False, True):
                typing = _Typing(desk, family, list(texts))
                if not busy:
                    found.idle += await typing.keys(strokes)
                else:
                    began = time.monotonic()
                    rewrites = _Rewrites(desk, lambda: prompt(family, files, next(numbers)))
                    async with rewrites.streaming():
                        found.busy += await typing.keys(strokes)
                    found.pieces += rewrites.pieces
                    found.answers += rewrites.answers
                    found.seconds += time.monotonic() - began
                found.sent_home += typing.sent_home
            for stroke in strokes:
                texts[stroke.file] = stroke.applied(texts[stroke.file])
    return found


class _Typing:
    """One window: each key asks for what the product would ask for, when the trace says so."""

    def __init__(self, desk: Desk, family: Family, texts: list[str]) -> None:
        self._desk = desk
        self._family = family
        self._texts = texts
        self.sent_home = 0

    async def keys(self, strokes: Sequence[Stroke]) -> list[float]:
        """Milliseconds of each key's completion."""
        due, tasks = time.monotonic(), []
        for stroke in strokes:
            due += stroke.gap
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self._texts[stroke.file] = stroke.applied(self._texts[stroke.file])
            view = View(stroke.file, self._texts[stroke.file], stroke.after)
            tasks.append(asyncio.create_task(self._completion(view)))
        return list(await asyncio.gather(*tasks))

    async def _completion(self, view: View) -> float:
        began = time.monotonic()
        document = opened(f"file:///bench/{view.file}.py", "python", 1, view.text)
        moment = Moment(document, view.line, view.column, "typing", Trigger.AUTOMATIC, began)
        cut = around(self._desk.engine.status, moment)
        ask = cut.ask(fim(self._family, cut.prefix, cut.suffix), float("inf"))
        try:
            await self._desk.run(("typing", COMPLETE), ask, lambda _: None)
        except Superseded:
            self.sent_home += 1
        return (time.monotonic() - began) * 1000


class _Rewrites:
    """Long answers without end, in the lane of rewrites."""

    def __init__(self, desk: Desk, ask: Callable[[], Ask]) -> None:
        self._desk = desk
        self._ask = ask
        self.pieces = self.answers = 0

    @contextlib.asynccontextmanager
    async def streaming(self) -> AsyncGenerator[None]:
        task = asyncio.create_task(self._stream())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _stream(self) -> None:
        while True:
            ask = replace(self._ask(), limit=LONG)
            await self._desk.run(("rewriting", REWRITE), ask, self._hears)
            self.answers += 1

    def _hears(self, _: str) -> None:
        self.pieces += 1
