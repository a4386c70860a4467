"""`symbiote bench soak`: several windows type for a long time; does anything grow, hang or stay behind?"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.figures import figures
from symbiote.bench.meter import Reading, cpu_seconds, read, slope, with_home
from symbiote.bench.ours import Ours, pids, window
from symbiote.bench.replay import Replay, Replayed
from symbiote.bench.trace import Trace
from symbiote.wire.client import Client

EVERY = 5.0
"""Seconds between readings."""
WARM = 1 / 3
"""The share of the time that is left out of slopes: caches and ledgers fill up first."""
ENDING_LOOKS, ENDING_PAUSE = 150, 0.1
"""Looks, and seconds between them, until every process must have ended once the daemon is told to stop."""


@dataclass(slots=True)
class Watched:
    """Readings of one process over time (seconds); `pids` has more than one number when it was started anew."""

    readings: list[tuple[float, Reading]] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def take(self, at: float, pid: int) -> None:
        reading = read(pid)
        if pid not in self.pids:
            self.pids.append(pid)
        if reading is not None:
            self.readings.append((at, reading))

    def figures(self) -> dict[str, Any]:
        """Memory in MB and MB per hour; descriptors at the start, at the end and at most."""
        if not self.readings:
            return {}
        last = self.readings[-1][0]
        warm = [(at / 3600, one.memory_mb) for at, one in self.readings if at >= last * WARM]
        growth = slope(warm)
        descriptors = [one.descriptors for _, one in self.readings]
        return {
            "starts": len(self.pids),
            "memory_mb": [
                round(self.readings[0][1].memory_mb, 1),
                round(self.readings[-1][1].memory_mb, 1),
            ],
            "memory_mb_per_hour": None if growth is None else round(growth, 2),
            "descriptors": [descriptors[0], descriptors[-1], max(descriptors)],
        }


async def soak(
    setting: str | None, traces: Sequence[Trace], minutes: float, home: str
) -> dict[str, Any]:
    """One window for each trace, each typing its trace over and over; then everything is ended and looked for."""
    load = load_average()
    async with contextlib.AsyncExitStack() as stack:
        windows = [
            await stack.enter_async_context(window(setting, f"window{number}"))
            for number in range(len(traces))
        ]
        session = windows[0][1]
        processes = await pids(session)
        before = cpu_seconds(*processes)
        watched = Watched(), Watched()
        watching = asyncio.create_task(_watch(session, *watched))
        until = time.monotonic() + 60 * minutes
        typed = [
            _type(contestant, trace, until)
            for (contestant, _), trace in zip(windows, traces, strict=True)
        ]
        parts = await asyncio.gather(*typed)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        after = cpu_seconds(*await pids(session))
        state = await session.request("symbiote/state")
        await session.request("symbiote/stop")
    used = None if before is None or after is None else after - before
    return {
        "schema": SCHEMA,
        "bench": "soak",
        "machine": machine(load),
        "model": state["engine"]["model"],
        "minutes": minutes,
        "windows": len(traces),
        **figures(_together(parts), used),
        "daemon": watched[0].figures(),
        "worker": watched[1].figures(),
        "ledger_dropped": state["ledger"]["dropped"] if "ledger" in state else None,
        "orphans": await _left(home),
    }


async def _type(contestant: Ours, trace: Trace, until: float) -> Replayed:
    whole = Replayed()
    while time.monotonic() < until:
        done = await Replay(trace, contestant).run(until)
        if not done.asked:
            break
        whole = _together([whole, done])
    return whole


async def _watch(session: Client, daemon: Watched, worker: Watched) -> None:
    began = time.monotonic()
    while True:
        here, engine = await pids(session)
        daemon.take(time.monotonic() - began, here)
        worker.take(time.monotonic() - began, engine)
        await asyncio.sleep(EVERY)


def _together(parts: Sequence[Replayed]) -> Replayed:
    whole = Replayed()
    for part in parts:
        whole.asked += part.asked
        whole.late += part.late
        whole.whole += part.whole
        whole.words += part.words
        whole.taken += part.taken
    return whole


async def _left(home: str) -> int:
    """How many processes of this home are still there when all should have ended."""
    for _ in range(ENDING_LOOKS):
        if not with_home(home):
            return 0
        await asyncio.sleep(ENDING_PAUSE)
    return len(with_home(home))
