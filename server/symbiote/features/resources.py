"""What it costs the machine, minute by minute while anything is asked: processor time, memory, the graphics card, loading.

An ask begins a minute; at its end it is noted what the daemon and its workers used, and another one begins if something was
asked meanwhile. Nothing happens while nobody asks. Processes are read from /proc; elsewhere only the daemon's own time is known.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from symbiote.engine.local.nvml import Card, card
from symbiote.engine.port import State
from symbiote.metrics.events import Event

if TYPE_CHECKING:
    from symbiote.features.house import House

MINUTE = 60.0
PROC = Path("/proc")
MB = 1024 * 1024


class Used(NamedTuple):
    """Processor seconds of each process since its start, and memory of all (MB, None: unknown)."""

    cpu: dict[int, float]
    memory_mb: float | None

    def since(self, before: Used) -> float:
        """Processor seconds; of a process that came in between all of them, of one that went none."""
        return sum(max(0.0, now - before.cpu.get(pid, 0.0)) for pid, now in self.cpu.items())


class Resources:
    """A house's. `later` sets a timer, asyncio's unless a test has its own."""

    def __init__(self, later: Callable[[float, Callable[[], None]], object] | None = None) -> None:
        self._later = later or (lambda s, call: asyncio.get_running_loop().call_later(s, call))
        self._before = Used({}, None)
        self._running = False
        self._asked = False
        self._loading: float | None = None

    def asked(self, house: House) -> None:
        """Something is asked."""
        self._asked = True
        if not self._running:
            self._running = True
            self._look(house, partial(self._begun, house))

    def _look(self, house: House, then: Callable[[asyncio.Future[Sample]], None]) -> None:
        """In a thread, for a card may take its time."""
        loop = asyncio.get_running_loop()
        loop.run_in_executor(None, sample, processes(house)).add_done_callback(then)

    def _begun(self, house: House, look: asyncio.Future[Sample]) -> None:
        self._before = look.result().used
        self._asked = False
        self._later(MINUTE, lambda: self._look(house, partial(self._minute, house)))

    def _minute(self, house: House, look: asyncio.Future[Sample]) -> None:
        now, gpu = look.result()
        told = {"cpu_seconds": round(now.since(self._before), 3), "memory_mb": now.memory_mb}
        if gpu is not None:
            told |= {"vram_mb": gpu.memory_mb, "gpu_share": gpu.busy}
        for kind, value in told.items():
            if value is not None:
                house.ledger.note(Event(time.time(), "", kind, None, value, ""))
        if self._asked:
            self._begun(house, look)
        else:
            self._running = False

    def engine(self, house: House, now: float) -> None:
        """The engine's status has changed: note how long its model took to be ready. `now` is monotonic, in seconds."""
        state = house.desk.engine.status.state
        if state in (State.STARTING, State.LOADING):
            self._loading = now if self._loading is None else self._loading
        elif state is State.READY and self._loading is not None:
            took = round((now - self._loading) * 1000, 1)
            house.ledger.note(Event(time.time(), "", "engine_ready", None, took, ""))
            self._loading = None
        else:
            self._loading = None


class Sample(NamedTuple):
    used: Used
    card: Card | None


def sample(pids: tuple[int, ...]) -> Sample:
    return Sample(used(pids), card(pids))


def processes(house: House) -> tuple[int, ...]:
    """The daemon and its workers."""
    rewriter = house.rewriter.status().pid if house.rewriter is not None else 0
    analysis = house.analysis.status.pid if house.analysis is not None else 0
    found = (os.getpid(), house.desk.engine.status.pid, rewriter, analysis)
    return tuple(dict.fromkeys(pid for pid in found if pid))


def used(pids: tuple[int, ...]) -> Used:
    """Of those that are there."""
    cpu, memory, known = {os.getpid(): time.process_time()}, 0, False
    for pid in pids:
        try:
            fields = (PROC / str(pid) / "stat").read_bytes().rpartition(b") ")[2].split()
            pages = int((PROC / str(pid) / "statm").read_bytes().split()[1])
            # fields 14 and 15 of proc_pid_stat(5), counted behind the name
            cpu[pid] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
            memory, known = memory + pages * os.sysconf("SC_PAGE_SIZE"), True
        except (OSError, ValueError, IndexError):
            continue
    return Used(cpu, round(memory / MB, 1) if known else None)
