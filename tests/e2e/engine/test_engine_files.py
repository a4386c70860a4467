"""Bad models and bad settings: a reason each, no crash, and the next good one works."""

from __future__ import annotations

import asyncio
import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.errors import EngineGone
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import catalogue, client, probe, process
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import State
from unit.engine.engines import ask, running, say, settled, until

pytestmark = pytest.mark.asyncio


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


async def test_layers_for_a_graphics_card_that_is_not_used_are_said(tiny: Path) -> None:
    async with running(tiny, gpu_layers=4) as engine:
        assert engine.status.gpu_layers in (0, 4)
        assert bool(engine.status.gpu_layers) != ("graphics card" in engine.status.note)


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


@pytest.mark.parametrize("text", ["", "{}"])
async def test_a_damaged_ranking_is_a_reason(
    folder: Path, tiny: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = catalogue.find(str(tiny))
    ranking = folder / f"ranking{len(text)}.json"
    ranking.write_text(text)
    monkeypatch.setattr(client, "find", lambda setting: replace(shipped, ranking=ranking))
    engine = LocalEngine(MachineSettings(model="listed"), lambda: None)
    engine.start()
    assert await settled(engine) is State.OFF
    assert ranking.name in engine.status.reason
    await engine.close()
