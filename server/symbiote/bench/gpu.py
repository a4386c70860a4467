"""`symbiote bench gpu`: the engine alone, typing and the pause after it, with nvidia-smi beside them.

The model is random weights in the shape of one of usual size (`shape`) where no file is given: nothing is fetched.
`bench engine` and `bench typing` are commands of their own here too, so that looking at the card delays no key.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote.apart import apart
from symbiote.bench import card, ours, shape
from symbiote.bench.card import Reading, look, summary, watched
from symbiote.bench.peer_build import llama_server, say
from symbiote.bench.screen import View
from symbiote.bench.typist import standard
from symbiote.core.errors import UserError
from symbiote.engine.local.catalogue import ModelFile, find

SCHEMA = 1
KEYS = 1_000
RUNS = (10, 300)
SETTLE = 30.0
"""Seconds after the last answer until the card must be idle."""
IDLE = 5.0
"""Seconds for which it is then looked at."""
FREED = 10.0
"""Seconds for the engine's process to be gone once the daemon was told to stop."""
ANSWERS = 5
"""That are asked for before the pause."""
PEER_FLAGS = "-DGGML_CUDA=on"
"""For a llama-server that uses the card as well; the user's own go before them."""

Readings = dict[str, list[Reading]]
"""What nvidia-smi said, by the part of the measurement."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure. Without `model` one of the shape `like` and the type `kind` is made; `settle` is in seconds;
    `needs_card` refuses a model that runs on the processor.
    """

    keys: int = KEYS
    runs: Sequence[int] = RUNS
    model: str = ""
    like: str = shape.USUAL
    kind: str = "q4_0"
    peer: bool = False
    settle: float = SETTLE
    needs_card: bool = False


def gpu(plan: Plan) -> dict[str, Any]:
    """The figures (docs/protocol.md). Raises `UserError`: without nvidia-smi before anything is begun."""
    card.program()
    if plan.peer:
        os.environ.setdefault("SYMBIOTE_CMAKE_ARGS", PEER_FLAGS)
        llama_server()
    first = asyncio.run(look())
    readings: Readings = {"before": [first]}
    with _model(plan) as model:
        series, typed = asyncio.run(_measured(plan, model, readings))
        with apart():
            asyncio.run(_rested(plan, model, readings))
        readings["after"] = [asyncio.run(_freed(first))]
        if plan.peer:
            typed = asyncio.run(_bench("typing", model, "--keys", plan.keys, "--peer"))
        size = model.path.stat().st_size
    return {
        "schema": SCHEMA,
        "bench": "gpu",
        "machine": series["machine"],
        "card": {"name": first.name, "driver": first.driver, "memory_mb": first.memory_mb},
        "file": {"name": model.name, "bytes": size, "random": not plan.model},
        "settle_s": plan.settle,
        "watch": _figures(readings),
        "engine": series,
        "typing": typed,
    }


async def _measured(
    plan: Plan, model: ModelFile, readings: Readings
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The engine alone, and typing."""
    say(f"the engine alone: {' and '.join(map(str, plan.runs))} runs")
    async with watched() as readings["engine"]:
        series = await _bench("engine", model, "--runs", *plan.runs)
    if plan.needs_card and series["series"][0]["device"] == "CPU":
        raise UserError(
            "The model runs on the processor: llama.cpp was built without CUDA, or it finds no card. "
            "Build it and measure: python3 tasks.py gpu"
        )
    async with watched() as readings["typing"]:
        typed = await _bench("typing", model, "--keys", plan.keys)
    return series, typed


async def _bench(name: str, model: ModelFile, *options: str | int) -> dict[str, Any]:
    """The result of another benchmark. Raises `UserError`; what went wrong has been printed by it then."""
    command = [sys.executable, "-X", "utf8", "-m", "symbiote", "bench", name, "--json"]
    command += ["--model", str(model.path), *map(str, options)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate()
    except BaseException:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        await process.wait()
        raise
    if process.returncode:
        raise UserError(f"`symbiote bench {name}` failed; the lines above say why.")
    found: dict[str, Any] = json.loads(said)
    return found


async def _rested(plan: Plan, model: ModelFile, readings: Readings) -> None:
    """A few answers, then a daemon that nobody asks for anything."""
    files = standard().files
    async with ours.window(str(model.path)) as (window, _):
        await window.open(files)
        for number in range(ANSWERS):
            file = number % len(files)
            at = len(files[file].start) * (number + 1) // (ANSWERS + 1)
            await window.ask(View(file, files[file].start, at)).reply()
        say(f"{plan.settle:g} s until the card must be idle")
        await asyncio.sleep(plan.settle)
        async with watched() as readings["idle"]:
            await asyncio.sleep(min(IDLE, plan.settle))


async def _freed(first: Reading) -> Reading:
    """The card once no more memory is taken than at first, or after a while."""
    until = time.monotonic() + FREED
    while True:
        now = await look()
        if (now.used_mb or 0.0) <= (first.used_mb or 0.0) or time.monotonic() > until:
            return now
        await asyncio.sleep(0.5)


def _figures(readings: Readings) -> dict[str, Any]:
    """Of each part; `held_mb` is the most that was taken beyond what was taken before."""
    before = readings["before"][0].used_mb
    found = {}
    for part, some in readings.items():
        one = summary(some)
        known = before is not None and one["used_mb"] is not None
        found[part] = one | {"held_mb": round(one["used_mb"] - before, 1) if known else None}
    return found


@contextlib.contextmanager
def _model(plan: Plan) -> Iterator[ModelFile]:
    """The model that was asked for, or one made for the time being."""
    if plan.model:
        yield find(plan.model)
        return
    with tempfile.TemporaryDirectory(prefix="symbiote-shape-") as folder:
        path = Path(folder) / shape.name_of(plan.like, plan.kind)
        say(f"making {path.name}")
        shape.make(path, plan.like, plan.kind)
        yield find(str(path))
