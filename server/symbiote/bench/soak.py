"""`symbiote bench soak`: several windows type for a long time; does anything grow, hang or stay behind?"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.figures import figures
from symbiote.bench.meter import PROC, Reading, cpu_seconds, read, slope, with_home
from symbiote.bench.ours import Ours, pids, window
from symbiote.bench.replay import Replay, Replayed
from symbiote.bench.trace import Trace
from symbiote.core.errors import UserError, WireError
from symbiote.wire.client import Client

EVERY = 5.0
"""Seconds between readings."""
WARM = 1 / 3
"""The share of the time that is left out of slopes: caches and ledgers fill up first."""
GROWTH_MB, MORE_DESCRIPTORS = 10.0, 4
"""By how much a process may grow over the time that the slope is read from, and over all of it: noise, and what a
database opens. In half an hour 10 MB are 30 MB per hour."""
LEAST_SECONDS = 300.0
"""Of that time. In a shorter run the engine is still filling its parked states, which are bounded: growth is told, not judged."""
ENDING_LOOKS, ENDING_PAUSE = 150, 0.1
"""Looks, and seconds between them, until every process must have ended once the daemon is told to stop."""


@dataclass(slots=True)
class Watched:
    """Readings of one process over time (seconds); `pids` has more than one number when it was started anew."""

    readings: list[tuple[float, Reading]] = field(default_factory=list)
    pids: list[int] = field(default_factory=list)

    def take(self, at: float, pid: int) -> None:
        reading = read(pid)
        if pid and pid not in self.pids:  # 0: an engine that is being started
            self.pids.append(pid)
        if reading is not None:
            self.readings.append((at, reading))

    def figures(self) -> dict[str, Any]:
        """Memory in MB, MB per hour, and by how many MB it grew by that in how many seconds; descriptors at the start, at the
        end and at most."""
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
            "growth_mb": None if growth is None else round(growth * (warm[-1][0] - warm[0][0]), 2),
            "growth_s": round(3600 * (warm[-1][0] - warm[0][0])),
            "descriptors": [descriptors[0], descriptors[-1], max(descriptors)],
        }


async def soak(
    setting: str | None, traces: Sequence[Trace], minutes: float, home: str
) -> dict[str, Any]:
    """One window for each trace, each typing its trace over and over; then everything is ended and looked for.

    Raises `UserError` when the daemon does not last.
    """
    try:
        return await _soak(setting, traces, minutes, home)
    except WireError as error:
        raise UserError(f"The daemon ended in the middle of the run ({error}).") from error


async def _soak(
    setting: str | None, traces: Sequence[Trace], minutes: float, home: str
) -> dict[str, Any]:
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
        (ended,) = await asyncio.gather(watching, return_exceptions=True)
        if isinstance(ended, Exception):
            raise UserError(f"The daemon could not be watched to the end: {ended!r}") from ended
        same = await pids(session) == processes
        after = cpu_seconds(*processes) if same else None
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


def failures(found: dict[str, Any]) -> list[str]:
    """What must not be after a long run, one sentence each; what the system does not tell is not judged."""
    said = []
    if found["unanswered"]:
        said.append(f"{found['unanswered']} requests were not answered.")
    if found["n"]["failed"]:
        said.append(f"{found['n']['failed']} requests failed.")
    if found["orphans"]:
        said.append(f"{found['orphans']} processes were left behind when the daemon had ended.")
    if found["ledger_dropped"]:
        said.append(f"The ledger lost {found['ledger_dropped']} rows.")
    for name in ("daemon", "worker"):
        said += [f"The {name} {trouble}" for trouble in _troubles(found[name])]
    return said


def _troubles(one: dict[str, Any]) -> Iterator[str]:
    if not one:
        return
    if one["starts"] > 1:
        yield f"was started {one['starts']} times: it ended meanwhile."
    if (one["growth_mb"] or 0.0) > GROWTH_MB and one["growth_s"] >= LEAST_SECONDS:
        yield (
            f"grew by {one['growth_mb']:g} MB after the first third ({one['memory_mb_per_hour']:g} MB per hour); "
            f"up to {GROWTH_MB:g} MB are taken for noise."
        )
    first, last, _ = one["descriptors"]
    if last > first + MORE_DESCRIPTORS:
        yield f"had {first} file descriptors open at the start and {last} at the end."


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


async def _left(home: str) -> int | None:
    """How many processes of this home are still there when all should have ended; None without /proc."""
    if not PROC.is_dir():
        return None
    for _ in range(ENDING_LOOKS):
        if not with_home(home):
            return 0
        await asyncio.sleep(ENDING_PAUSE)
    return len(with_home(home))
