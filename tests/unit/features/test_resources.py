"""Minutes in which something is asked are measured, others cost nothing; what loading took is noted once."""

from __future__ import annotations

import asyncio
import os
import sys
import types
from collections.abc import Callable
from pathlib import Path

import pytest

from symbiote.engine.local.nvml import Card, card
from symbiote.engine.port import State
from symbiote.features.resources import Resources, Used, processes, used
from unit.doubles import FakeEngine, house


def test_processor_time_is_that_since_the_last_look() -> None:
    before, now = Used({1: 5.0, 2: 1.0}, 10.0), Used({1: 6.5, 3: 0.25}, 12.0)
    assert now.since(before) == 1.75
    assert used((os.getpid(), 2**22 + 1)).cpu[os.getpid()] > 0


def test_minutes_are_noted_while_something_is_asked(tmp_path: Path) -> None:
    home, timers = house(tmp_path, FakeEngine()), list[tuple[float, Callable[[], None]]]()

    async def passes() -> None:
        resources = Resources(lambda seconds, call: timers.append((seconds, call)))
        resources.asked(home)
        resources.asked(home)
        await _until(lambda: len(timers) == 1)
        resources.asked(home)
        timers[0][1]()
        await _until(lambda: len(timers) == 2)
        timers[1][1]()  # nothing was asked in this minute
        await _until(lambda: not resources._running)
        resources.asked(home)
        await _until(lambda: len(timers) == 3)

    asyncio.run(passes())
    assert {seconds for seconds, _ in timers} == {60.0}
    kinds = [kind for _, kind in home.ledger.events()]
    assert kinds.count("cpu_seconds") == 2
    assert set(kinds) <= {"cpu_seconds", "memory_mb"}
    home.ledger.close()


async def _until(there: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not there():
            await asyncio.sleep(0.001)


def test_what_loading_took_is_noted_once(tmp_path: Path) -> None:
    home, resources, now = house(tmp_path, FakeEngine()), Resources(), 0.0
    states = (State.READY, State.STARTING, State.LOADING, State.READY, State.READY, State.OFF)
    for state in (*states, State.LOADING, State.OFF, State.READY):
        now += 1.5
        home.become(state=state)
        resources.engine(home, now)
    told = home.ledger._asked("SELECT kind, value FROM events", lambda *row: row)
    assert told == [("engine_ready", 3_000.0)]
    assert processes(home) == (os.getpid(),)
    home.ledger.close()


def test_without_the_library_or_a_card_there_are_no_figures(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", None)
    assert card((1,)) is None
    monkeypatch.setitem(sys.modules, "pynvml", _nvml())
    assert card((7,)) == Card(512.0, 0.25)


def _nvml() -> types.ModuleType:
    """A double of NVIDIA's library: two cards, on the second of which process 7 holds memory."""
    made = types.ModuleType("pynvml")
    running = [types.SimpleNamespace(pid=7, usedGpuMemory=512 << 20)]
    made.__dict__.update(
        nvmlInit=lambda: None,
        nvmlShutdown=lambda: None,
        nvmlDeviceGetCount=lambda: 2,
        nvmlDeviceGetHandleByIndex=lambda number: number,
        nvmlDeviceGetUtilizationRates=lambda number: types.SimpleNamespace(gpu=25 * number),
        nvmlDeviceGetComputeRunningProcesses=lambda number: running if number else [],
    )
    return made
