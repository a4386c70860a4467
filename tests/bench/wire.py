"""What the way to the engine and back costs: forwarder, a new window, a cancel, a daemon that was killed.

PYTHONPATH=tests .venv/bin/python tests/bench/wire.py [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import tempfile
import time
from collections.abc import Awaitable, Callable
from typing import Any

from e2e.windows import REAL, Window, window
from symbiote.core.settings import MachineSettings
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, Special, State, Text
from symbiote.metrics.readout import percentile
from symbiote.wire.client import client

TRIVIAL, CANCELS, WINDOWS, KILLS = 3_000, 150, 20, 5
TEXT = "names = load(path)\nothers = load("


async def main() -> dict[str, Any]:
    results: dict[str, Any] = {}
    async with client(settings={"deadlineMs": 5000}) as direct:
        results["round trip, socket"] = await times(lambda: direct.request("symbiote/why"), TRIVIAL)
        through = await window(REAL)
        results["round trip, forwarder"] = await times(
            lambda: through.client.request("symbiote/why"), TRIVIAL
        )
        results["new window on a hot daemon to its first answer"] = await times(
            first_answer, WINDOWS
        )
        await through.leave()
    results["daemon killed to both windows answered"] = await killed()
    async with client() as last:
        await last.request("symbiote/stop")
    results["cancel to engine idle"] = await cancels()
    return results


async def times(do: Callable[[], Awaitable[Any]], n: int) -> dict[str, float]:
    taken = []
    for _ in range(n):
        began = time.perf_counter()
        await do()
        taken.append((time.perf_counter() - began) * 1000)
    return summary(taken)


async def first_answer() -> None:
    fresh = await window(REAL, settings={"deadlineMs": 5000})
    await fresh.type(TEXT)
    await fresh.suggestion(1, 14)
    await fresh.leave()


async def killed() -> dict[str, float]:
    taken = []
    for _ in range(KILLS):
        both = [await window(REAL), await window(REAL)]
        pid = (await both[0].state())["daemon"]["pid"]
        began = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        await asyncio.gather(*(again(old) for old in both))
        taken.append((time.perf_counter() - began) * 1000)
    return summary(taken)


async def again(old: Window) -> None:
    """What an editor does when its server ends: start it again and go on."""
    await old.process.wait()
    with contextlib.suppress(Exception):
        await old.client.close()
    await first_answer()


async def cancels() -> dict[str, float]:
    engine = LocalEngine(MachineSettings(), lambda: None)
    engine.start()
    while engine.status.state is not State.READY:
        await asyncio.sleep(0.01)
    rng, taken = random.Random(1), []
    for number in range(CANCELS):
        pieces = (
            Special("<|fim_prefix|>"),
            Text(f"# {number}\n" + TEXT * 60),
            Special("<|fim_middle|>"),
        )
        task = asyncio.create_task(consume(engine, Ask(pieces, limit=400, lines=0)))
        await asyncio.sleep(rng.uniform(0.005, 0.3))
        began = time.perf_counter()
        if task.done():
            continue
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        taken.append((time.perf_counter() - began) * 1000)
    await engine.close()
    return summary(taken)


async def consume(engine: LocalEngine, ask: Ask) -> None:
    async with contextlib.aclosing(engine.stream(ask)) as stream:
        async for part in stream:
            assert not isinstance(part, Delta) or part.text is not None


def summary(taken: list[float]) -> dict[str, float]:
    taken.sort()
    figures = {f"p{p}": round(percentile(taken, p / 100), 2) for p in (50, 95, 99)}
    return {"n": len(taken), **figures, "max": round(taken[-1], 2)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="sym-") as home:
        os.environ["SYMBIOTE_HOME"] = home
        found = asyncio.run(main())
    if options.json:
        print(json.dumps({"schema": 1, "ms": found}))
    else:
        for name, row in found.items():
            print(f"{name:50} " + " · ".join(f"{key} {value}" for key, value in row.items()))
