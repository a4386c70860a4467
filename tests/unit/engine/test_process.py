"""The daemon's half against workers that misbehave: small scripts in the place of the real one."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.errors import AskRefused, EngineGone, PromptTooLong
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import client, probe, process, protocol
from symbiote.engine.local.catalogue import ModelFile
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Done, End, Keep, Special, State, Text
from unit.engine.engines import say, settled, until

pytestmark = pytest.mark.asyncio

READY = {
    "is": "ready", "device": "CPU", "gpu_layers": 0, "context": 64, "specials": [],
    "memory_mb": 1.0, "vram_mb": 0.0, "note": "",
}  # fmt: skip
HEAD = f"""
import json, os, sys, time
def tell(**message):
    print(json.dumps(message), flush=True)
lines = iter(sys.stdin)
next(lines)
tell(**{READY!r})
for line in lines:
    number = json.loads(line)["id"]
"""


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    async def plan(model: ModelFile, settings: MachineSettings) -> probe.Plan:
        return probe.Plan({"threads": 1}, "", 5.0)

    monkeypatch.setattr(client, "find", lambda setting: ModelFile(setting, tmp_path))
    monkeypatch.setattr(probe, "plan", plan)
    monkeypatch.setattr(probe, "forget", lambda model, settings: None)
    return monkeypatch


async def started(worker: pytest.MonkeyPatch, body: str) -> LocalEngine:
    """An engine whose worker runs `body` for each ask."""
    worker.setattr(process, "BOOT", HEAD + "\n".join("    " + line for line in body.splitlines()))
    engine = LocalEngine(MachineSettings(), lambda: None)
    engine.start()
    assert await settled(engine) is State.READY, engine.status.reason
    return engine


@pytest.mark.parametrize(
    ("body", "error", "says"),
    [
        (
            "tell(**{'is': 'broken', 'id': number, 'reason': 'code -3'}); sys.exit(1)",
            EngineGone,
            "-3",
        ),
        ("tell(**{'is': 'refused', 'id': number, 'reason': 'too long'})", AskRefused, "too long"),
        (
            "tell(**{'is': 'refused', 'id': number, 'reason': '', 'sizes': [50, 40]})",
            PromptTooLong,
            "needs 50 tokens",
        ),
        ("tell(**{'is': 'cancelled', 'id': number})", EngineGone, "stopped this answer"),
        ("print('Segmentation fault', flush=True); time.sleep(60)", EngineGone, "nonsense"),
        ("print('[1]', flush=True); time.sleep(60)", EngineGone, "nonsense"),
        ("print('{}', flush=True); time.sleep(60)", EngineGone, "no sign of life"),
        (
            "tell(**{'is': 'delta', 'id': 99, 'text': 'x'}); time.sleep(60)",
            EngineGone,
            "no sign of life",
        ),
        (
            "tell(**{'is': 'delta', 'id': number, 'text': 'x', 'tokens': 1}); time.sleep(60)",
            EngineGone,
            "no sign of life",
        ),
        ("os._exit(7)", EngineGone, "exit code 7"),
        ("os.close(1); time.sleep(60)", EngineGone, "closed its line"),
    ],
)
async def test_a_worker_that_misbehaves_is_an_error_in_time(
    worker: pytest.MonkeyPatch, body: str, error: type[Exception], says: str
) -> None:
    worker.setattr(process, "SILENCE_SECONDS", 0.5 if says == "no sign of life" else 30)
    worker.setattr(process, "STOP_SECONDS", 0.5)
    engine = await started(worker, body)
    with pytest.raises(error, match=says):
        await say(engine, Ask((Text("x"),)))
    await until(lambda: engine.status.state in (State.READY, State.OFF))
    await engine.close()


async def test_a_model_that_hangs_while_it_loads_is_off_in_time(
    worker: pytest.MonkeyPatch,
) -> None:
    async def plan(model: ModelFile, settings: MachineSettings) -> probe.Plan:
        return probe.Plan({"threads": 1}, "", 0.2)

    worker.setattr(probe, "plan", plan)
    worker.setattr(process, "BOOT", "import sys, time\nsys.stdin.readline()\ntime.sleep(60)")
    engine = LocalEngine(MachineSettings(), lambda: None)
    engine.start()
    assert await settled(engine) is State.OFF
    assert "no sign of life" in engine.status.reason
    await engine.close()


async def test_a_worker_that_ignores_its_orders_is_ended_on_close(
    worker: pytest.MonkeyPatch,
) -> None:
    worker.setattr(process, "STOP_SECONDS", 0.2)
    worker.setattr(client, "DRAIN_SECONDS", 0.1)
    engine = await started(worker, "while True: time.sleep(1)")
    task = asyncio.create_task(say(engine, Ask((Text("x"),))))
    await asyncio.sleep(0.1)
    await engine.close()
    with pytest.raises(EngineGone):
        await task


async def test_much_talk_on_the_side_does_not_matter(worker: pytest.MonkeyPatch) -> None:
    done = protocol.done_message(1, Done(End.EOG, -0.5), 5_000_000)
    body = (
        f"sys.stderr.write('x' * 10_000_000 + '\\n' * 5000); tell(**({done!r} | {{'id': number}}))"
    )
    engine = await started(worker, body)
    for _ in range(3):
        text, told = await say(engine, Ask((Text("x"),)))
        assert (text, told.end, told.confidence) == ("", End.EOG, -0.5)
    assert engine.status.memory_mb == 5.0
    await engine.close()


async def test_an_ask_arrives_as_it_was_sent() -> None:
    sent = Ask((Special("<a>"), Text("é\ud800\n", Keep.END)), limit=7, lines=2)
    sent = replace(sent, elsewhere=("é\ud800\n", "x = 1\n"), names=("price",))
    message = protocol.unpack(protocol.pack(protocol.ask_message(3, sent)))
    assert protocol.read_ask(message) == sent
    limited = Ask(sent.pieces, deadline=1e9)
    again = protocol.read_ask(protocol.ask_message(3, limited))
    assert math.isclose(again.deadline, limited.deadline, abs_tol=1.0)


async def test_a_long_prompt_gets_more_patience() -> None:
    short, long = Ask((Text("x"),)), Ask((Special("<a>"), Text("x" * 8_000)))
    assert process.patience(long) == pytest.approx(process.patience(short) + 20, abs=0.1)


async def test_the_worker_is_told_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "s")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    kept = process.environment()
    assert "GROQ_API_KEY" not in kept
    assert kept["CUDA_VISIBLE_DEVICES"] == "0"
    assert "PYTHONPATH" not in kept
