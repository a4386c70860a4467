"""The local engine under attack: killed, stopped, closed, orphaned."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import symbiote
from symbiote.core import paths
from symbiote.core.errors import EngineGone
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import process
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Delta, State
from unit.engine.engines import alive, ask, running, say, settled, until

pytestmark = pytest.mark.asyncio


async def reborn(engine: LocalEngine, old: int) -> None:
    await until(lambda: engine.status.state is State.READY and engine.status.pid != old)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
async def test_a_worker_that_dies_costs_one_answer(slow: Path, number: signal.Signals) -> None:
    async with running(slow) as engine:
        expected, _ = await say(engine, ask("def f"))
        pid = engine.status.pid
        with pytest.raises(EngineGone, match=number.name):
            async for part in engine.stream(ask("def f", limit=2000)):
                if isinstance(part, Delta):
                    os.kill(pid, number)
        await reborn(engine, pid)
        assert (await say(engine, ask("def f")))[0] == expected


async def test_a_worker_killed_while_idle_comes_back(tiny: Path) -> None:
    async with running(tiny) as engine:
        pid = engine.status.pid
        os.kill(pid, signal.SIGKILL)
        await reborn(engine, pid)
        await say(engine, ask("x"))


async def test_three_deaths_in_a_minute_are_the_end_until_restarted(tiny: Path) -> None:
    async with running(tiny) as engine:
        for _ in range(3):
            pid = engine.status.pid
            os.kill(pid, signal.SIGKILL)
            await until(lambda pid=pid: engine.status.pid != pid)
            await settled(engine)
        assert engine.status.state is State.OFF
        assert "SIGKILL" in engine.status.reason
        assert "Restart" in engine.status.reason
        with pytest.raises(EngineGone, match="SIGKILL"):
            await say(engine, ask("x"))
        await asyncio.sleep(0.2)
        assert engine.status.state is State.OFF
        engine.restart()
        await until(lambda: engine.status.state is State.READY)
        await say(engine, ask("x"))


async def test_a_stuck_worker_is_ended(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SILENCE_SECONDS", 0.5)
    async with running(tiny) as engine:
        pid = engine.status.pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineGone, match="no sign of life"):
            await say(engine, ask("x"))
        await reborn(engine, pid)
        assert not alive(pid)
        await say(engine, ask("x"))


async def test_a_worker_that_ignores_a_cancel_is_ended(
    slow: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "CANCEL_SECONDS", 0.5)
    async with running(slow) as engine:
        pid = engine.status.pid
        os.kill(pid, signal.SIGSTOP)
        task = asyncio.create_task(say(engine, ask("x" * 3000)))
        await asyncio.sleep(0.05)
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not alive(pid)
        await reborn(engine, pid)


WEDGED = """
import sys, time
sys.path.insert(0, sys.argv[1])
from symbiote.engine.local import worker
from symbiote.engine.local.native import Native
decode = Native.decode
def wedged(self, tokens, start, *more):
    while start > 300:
        time.sleep(60)
    return decode(self, tokens, start, *more)
Native.decode = wedged
worker.main()
"""


@pytest.mark.parametrize("cancelled", [False, True])
async def test_a_wedged_decode_costs_one_answer(
    tiny: Path, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    """llama.cpp hangs beyond token 300, deaf to the abort flag."""
    monkeypatch.setattr(process, "BOOT", WEDGED)
    monkeypatch.setattr(process, "SILENCE_SECONDS", 60 if cancelled else 0.5)
    monkeypatch.setattr(process, "CANCEL_SECONDS", 0.5)
    async with running(tiny) as engine:
        pid = engine.status.pid
        expected, _ = await say(engine, ask("x"))
        if cancelled:
            task = asyncio.create_task(say(engine, ask("x" * 400)))
            await asyncio.sleep(0.3)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            with pytest.raises(EngineGone, match="no sign of life"):
                await say(engine, ask("x" * 400))
        await reborn(engine, pid)
        assert not alive(pid)
        assert (await say(engine, ask("x")))[0] == expected


async def test_the_chair_is_free_only_when_the_worker_stopped(slow: Path) -> None:
    async with running(slow) as engine:
        pid = engine.status.pid
        for _ in range(20):
            task = asyncio.create_task(say(engine, ask("x" * 2000, limit=500)))
            await asyncio.sleep(0.01)
            for _ in range(3):
                task.cancel()
                await asyncio.sleep(0)
            with contextlib.suppress(asyncio.CancelledError):
                await task
            worker = engine._worker
            assert worker is not None
            assert worker._busy == 0
        assert engine.status.pid == pid


PARENT = """
import asyncio, sys
from symbiote.core.settings import MachineSettings
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import State

async def main():
    engine = LocalEngine(MachineSettings(model=sys.argv[1]), lambda: None)
    engine.start()
    while engine.status.state is not State.READY:
        await asyncio.sleep(0.01)
    print(engine.status.pid, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_no_worker_outlives_its_daemon(tiny: Path) -> None:
    root = str(Path(symbiote.__file__).parents[1])
    parent = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {root!r})\n{PARENT}",
        str(tiny),
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    assert alive(pid)
    parent.kill()
    await parent.communicate()
    await until(lambda: not alive(pid))


async def test_closing_at_any_time_leaves_nothing_behind(tiny: Path, slow: Path) -> None:
    for delay in (0.0, 0.05, 0.2, 0.4):
        engine = LocalEngine(MachineSettings(model=str(slow)), lambda: None)
        engine.start()
        await asyncio.sleep(delay)
        engine.restart()
        await asyncio.sleep(0.01 if delay else 0.0)
        await asyncio.gather(engine.close(), engine.close())
        await engine.close()
        assert engine.status.state is State.OFF
    async with running(slow) as engine:
        pid = engine.status.pid
        task = asyncio.create_task(say(engine, ask("x" * 3000, limit=2000)))
        await asyncio.sleep(0.05)
    with contextlib.suppress(EngineGone):  # a fast machine finishes the ask while the engine drains
        await task
    assert not alive(pid)
    assert not list(paths.state().glob("abort-*"))


async def test_the_worker_knows_no_secrets(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "secret")
    async with running(tiny) as engine:
        told = Path(f"/proc/{engine.status.pid}/environ")
        if told.exists():
            assert b"secret" not in told.read_bytes()
            limits = Path(f"/proc/{engine.status.pid}/limits").read_text("utf-8")
            core = next(line for line in limits.splitlines() if line.startswith("Max core"))
            assert core.split()[4:6] == ["0", "0"]
