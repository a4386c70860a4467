"""What a start costs: the daemon's, a window's, the engine's first answer, and a daemon that was killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass

from symbiote.apart import ask_running
from symbiote.bench.alone import prompt, ready, run
from symbiote.bench.forwarded import Forwarded, answered, forwarded
from symbiote.bench.meter import PROC, alive
from symbiote.bench.trace import File
from symbiote.core.errors import SymbioteError, UserError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local.client import LocalEngine
from symbiote.prompt.family import choose
from symbiote.wire.address import holder

WARM = 10
"""Warm asks after each first one: with the first, a number that three files do not divide."""
GONE = 15.0
"""Seconds until a daemon that was told to stop must have ended."""


async def cold(model: str | None, count: int) -> list[float]:
    """Milliseconds from starting a window while no daemon runs to its first answer, each time."""
    found = []
    for _ in range(count):
        await stopped()
        found.append(await answered(model))
    return found


async def hot(model: str | None, count: int) -> list[float]:
    """The same while the daemon runs and another window is open."""
    async with forwarded(model=model) as window:
        await window.first_answer()
        return [await answered(model) for _ in range(count)]


async def killed(model: str | None, count: int) -> list[float]:
    """Milliseconds from a daemon's sudden end until two windows, started again, have answers."""
    return [await _killed(model) for _ in range(count)]


async def _killed(model: str | None) -> float:
    async with forwarded(model=model) as one, forwarded(model=model) as other:
        state = await one.client.request("symbiote/state")
        began = time.monotonic()
        os.kill(state["daemon"]["pid"], signal.SIGKILL)
        await asyncio.gather(_again(one, model), _again(other, model))
        return (time.monotonic() - began) * 1000


async def _again(old: Forwarded, model: str | None) -> None:
    """What an editor does when its server ends: start it again and go on."""
    await old.process.wait()
    await answered(model)


async def stopped() -> None:
    """End the daemon, if there is one, and wait until it is gone. Raises `UserError`."""
    if _running():
        with contextlib.suppress(SymbioteError, OSError, TimeoutError):  # it may be on its way out
            await ask_running("symbiote/stop")
    until = time.monotonic() + GONE
    while _running():
        if time.monotonic() > until:
            raise UserError(f"The daemon did not end within {GONE:g} s.")
        await asyncio.sleep(0.02)


def _running() -> bool:
    """Whether a daemon of this home lives; one that has ended and was not waited for does not."""
    pid = holder()
    return pid is not None and (alive(pid) or not PROC.is_dir())


@dataclass(slots=True)
class Firsts:
    """Milliseconds of the first ask after each start of the engine, and of those that followed it."""

    first: list[float]
    warm: list[float]


async def firsts(model: str, files: Sequence[File], count: int) -> Firsts:
    """New prompts of the same kind throughout, on `count` engines one after the other."""
    found = Firsts([], [])
    for number in range(count):
        engine = LocalEngine(MachineSettings(model=model), lambda: None)
        engine.start()
        try:
            status = await ready(engine)
            family = choose(status.family or None, status.model, status.specials)
            asks = (prompt(family, files, number * (1 + WARM) + at) for at in range(1 + WARM))
            times = [(await run(engine, ask)).total for ask in asks]
        finally:
            await engine.close()
        found.first.append(times[0])
        found.warm += times[1:]
    return found
