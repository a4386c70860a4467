"""Real engines for tests: started, awaited, closed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from symbiote.core.settings import MachineSettings
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.local.parking import MOST_STATES
from symbiote.engine.port import Ask, Delta, Done, Keep, Special, State, Text

SECONDS = 60.0
CODE = "def total(items):\n    result = 0\n    for item in items:\n        result += item\n"


async def until(true: Callable[[], bool], seconds: float = SECONDS) -> None:
    """Wait for `true`; fails after `seconds`, which are there for slow machines."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.005)


async def settled(engine: LocalEngine) -> State:
    """The state once the engine is ready or off."""
    await until(lambda: engine.status.state in (State.READY, State.OFF))
    return engine.status.state


@contextlib.asynccontextmanager
async def running(model: Path | str, **settings: int) -> AsyncIterator[LocalEngine]:
    """An engine that is ready, closed in the end."""
    engine = LocalEngine(MachineSettings(model=str(model), **settings), lambda: None)  # type: ignore[arg-type]
    engine.start()
    try:
        assert await settled(engine) is State.READY, engine.status.reason
        yield engine
    finally:
        await engine.close()


async def say(engine: LocalEngine, ask: Ask) -> tuple[str, Done]:
    """The whole answer and its end."""
    parts = [part async for part in engine.stream(ask)]
    *deltas, done = parts
    assert isinstance(done, Done)
    assert all(isinstance(delta, Delta) for delta in deltas)
    return "".join(delta.text for delta in deltas if isinstance(delta, Delta)), done


async def disturb(engine: LocalEngine) -> None:
    """Have the engine hold and park nothing of before: the next prompt is read from its first token."""
    for count in range(MOST_STATES + 1):
        await say(engine, Ask((Text(chr(ord("A") + count) * 200),), limit=0))


def ask(prefix: str, suffix: str = "", **more: float) -> Ask:
    """A suffix-first prompt, decoded to its limit unless `more` says otherwise."""
    pieces = (
        Special("<|fim_suffix|>"),
        Text(suffix, Keep.START),
        Special("<|fim_prefix|>"),
        Text(prefix, Keep.END),
        Special("<|fim_middle|>"),
    )
    return Ask(pieces, **{"limit": 24, "lines": 0} | more)  # type: ignore[arg-type]


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not collected does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    return True
