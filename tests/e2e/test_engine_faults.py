"""The local engine under attack: killed, stopped, starved, given bad files."""

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
from symbiote.engine.local import client, probe, process
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Delta, State
from unit.engine import tiny_gguf
from unit.engine.engines import alive, ask, running, say, settled, until

pytestmark = pytest.mark.asyncio

SLOW = tiny_gguf.Shape(
    width=256, layers=6, heads=4, kv_heads=2, head_width=64, hidden=768, context=4096
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("faults")


@pytest.fixture(autouse=True)
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder / "home"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Path:
    return tiny_gguf.write(folder / "tiny.gguf")


@pytest.fixture(scope="module")
def slow(folder: Path) -> Path:
    return tiny_gguf.write(folder / "slow.gguf", SLOW)


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
        task = asyncio.create_task(say(engine, ask("x" * 3000)))
        await asyncio.sleep(0.05)
        os.kill(pid, signal.SIGSTOP)
        task.cancel()
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not alive(pid)
        await reborn(engine, pid)


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


def files(folder: Path) -> dict[str, Path]:
    whole = (folder / "tiny.gguf").read_bytes()
    made = {
        "truncated": whole[: len(whole) // 2],
        "barely": whole[:-400],
        "empty": b"",
        "text": b"this is not a model",
        "header": whole[:2000],
        "flipped": whole[:5000] + b"\xff" * 64 + whole[5064:],
    }
    for name, data in made.items():
        (folder / f"{name}.gguf").write_bytes(data)
    return {name: folder / f"{name}.gguf" for name in made} | {"missing": folder / "missing.gguf"}


@pytest.mark.parametrize(
    "name", ["truncated", "barely", "empty", "text", "header", "flipped", "missing"]
)
async def test_a_bad_file_is_a_reason_not_a_crash(
    folder: Path, tiny: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = files(folder)[name]
    starts: list[str] = []
    start = process.WorkerProcess.start.__func__  # type: ignore[attr-defined]

    async def counted(cls: type, *arguments: str) -> process.WorkerProcess:
        starts.append(" ".join(arguments))
        made: process.WorkerProcess = await start(cls, *arguments)
        return made

    monkeypatch.setattr(process.WorkerProcess, "start", classmethod(counted))
    engine = LocalEngine(MachineSettings(model=str(path)), lambda: None)
    engine.start()
    assert await settled(engine) is State.OFF
    assert f"{name}.gguf" in engine.status.reason
    await asyncio.sleep(0.2)
    assert starts in ([], ["--probe"])
    engine.configure(MachineSettings(model=str(tiny)))
    await until(lambda: engine.status.state is State.READY)
    await engine.close()


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"model": "nonesuch"}, "'nonesuch' is not known"),
        ({"context_tokens": -5}, "contextTokens"),
        ({"threads": -1}, "threads"),
    ],
)
async def test_a_bad_setting_is_a_reason(
    tiny: Path, settings: dict[str, object], says: str
) -> None:
    values = {"model": str(tiny)} | settings
    engine = LocalEngine(MachineSettings(**values), lambda: None)  # type: ignore[arg-type]
    engine.start()
    assert await settled(engine) is State.OFF
    assert says in engine.status.reason
    await engine.close()


async def test_a_model_of_another_kind_is_refused_by_name(folder: Path, tiny: Path) -> None:
    path = folder / "kind.gguf"
    path.write_bytes(tiny.read_bytes().replace(b"qwen3", b"qwen9"))
    engine = LocalEngine(MachineSettings(model=str(path)), lambda: None)
    engine.start()
    assert await settled(engine) is State.OFF
    assert "qwen9" in engine.status.reason
    await engine.close()


async def test_a_context_beyond_training_is_cut_and_said(tiny: Path) -> None:
    async with running(tiny, context_tokens=200_000) as engine:
        assert engine.status.context == 1024
        assert "trained for 1024" in engine.status.note


async def test_a_crash_of_the_fast_kernels_is_found_by_the_probe(
    tiny: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder / "crashing"))
    load = process.WorkerProcess.load
    tried: list[bool] = []

    async def crashing(
        self: process.WorkerProcess, options: process.Message, seconds: float
    ) -> process.Message:
        tried.append(options["extra_buffers"])
        if options["extra_buffers"]:
            os.kill(self.pid, signal.SIGSEGV)
        return await load(self, options, seconds)

    monkeypatch.setattr(process.WorkerProcess, "load", crashing)
    async with running(tiny) as engine:
        assert tried == [True, False, False]
        assert "crashes with this processor's" in engine.status.note
        await say(engine, ask("x"))
    async with running(tiny) as engine:
        assert tried[3:] == [False]
        assert "crashes with this processor's" in engine.status.note


async def test_a_model_that_always_crashes_is_off_at_once(
    tiny: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder / "always"))

    async def crashing(self: process.WorkerProcess, *_: object) -> process.Message:
        os.kill(self.pid, signal.SIGSEGV)
        raise EngineGone(await self.ended)

    monkeypatch.setattr(process.WorkerProcess, "load", crashing)
    engine = LocalEngine(MachineSettings(model=str(tiny)), lambda: None)
    engine.start()
    assert await settled(engine) is State.OFF
    assert "llama.cpp crashes on" in engine.status.reason
    await engine.close()


async def test_a_verdict_is_remembered_and_forgotten_when_it_was_wrong(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tiny):
        pass
    tried: list[bool] = []
    real = probe._try

    async def counted(options: process.Message, seconds: float) -> bool:
        tried.append(True)
        return await real(options, seconds)

    monkeypatch.setattr(probe, "_try", counted)
    async with running(tiny):
        assert tried == []
    load, first = client.LocalEngine._load, [True]

    async def dying(self: LocalEngine, worker: process.WorkerProcess, *rest: object) -> object:
        if first.pop() if first else False:
            os.kill(worker.pid, signal.SIGKILL)
        return await load(self, worker, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(client.LocalEngine, "_load", dying)
    async with running(tiny):
        assert tried == [True]


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
        await engine.close()
        await engine.close()
    async with running(slow) as engine:
        pid = engine.status.pid
        task = asyncio.create_task(say(engine, ask("x" * 3000, limit=2000)))
        await asyncio.sleep(0.05)
    with pytest.raises(EngineGone):
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
