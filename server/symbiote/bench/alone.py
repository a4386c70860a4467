"""`symbiote bench engine`: the engine alone, every prompt new from its first token, nothing reused.

The honest number under all others: no daemon, no cache, no early end, always the same number of tokens if the model
has so much to say. The first 0.1 % that prompts share are control tokens.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.figures import intervals, percentiles
from symbiote.bench.trace import File
from symbiote.context.window import window
from symbiote.core.errors import UserError
from symbiote.core.moment import Moment, Trigger
from symbiote.core.settings import MachineSettings
from symbiote.core.text import opened
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, Done, EngineStatus, State
from symbiote.prompt.family import Family, choose
from symbiote.prompt.fim import fim

TOKENS = 24
CHARACTERS = 3_720
"""Of text around the cursor, as in typing."""
STRIDE = 7_919
"""A prime: cursors fall everywhere in the files."""
LOADING = 120.0


@dataclass(frozen=True, slots=True)
class Run:
    """Milliseconds from the ask to its end, and what the engine says of it."""

    total: float
    done: Done

    @property
    def first(self) -> float:
        """To the first token."""
        return self.total - self.done.cost.timing.decode


async def alone(model: str, files: Sequence[File], runs: Sequence[int]) -> dict[str, Any]:
    """A series for each number in `runs`, each on an engine started for it."""
    load = load_average()
    series = [await _series(model, files, count) for count in runs]
    return {
        "schema": SCHEMA,
        "bench": "engine",
        "machine": machine(load),
        "tokens": TOKENS,
        "series": series,
    }


async def _series(model: str, files: Sequence[File], count: int) -> dict[str, Any]:
    began = time.monotonic()
    engine = LocalEngine(MachineSettings(model=model), lambda: None)
    engine.start()
    try:
        status = await ready(engine)
        loaded = time.monotonic() - began
        family = choose(status.family or None, status.model, status.specials)
        found = [await run(engine, prompt(family, files, number)) for number in range(count)]
        memory = engine.status.memory_mb
    finally:
        await engine.close()
    about = {"model": status.model, "device": status.device, "threads": status.threads}
    sizes = {"memory_mb": round(memory, 1), "vram_mb": round(status.vram_mb, 1)}
    return about | sizes | {"load_s": round(loaded, 3)} | summary(found)


async def ready(engine: LocalEngine) -> EngineStatus:
    until = time.monotonic() + LOADING
    while engine.status.state is not State.READY:
        if engine.status.state is State.OFF or time.monotonic() > until:
            raise UserError(
                f"No model is running: {engine.status.reason or 'it did not load in time'}"
            )
        await asyncio.sleep(0.005)
    return engine.status


async def run(engine: LocalEngine, ask: Ask) -> Run:
    began = time.monotonic()
    async for part in engine.stream(ask):
        if not isinstance(part, Delta):
            return Run((time.monotonic() - began) * 1000, part)
    raise UserError("The engine gave no answer.")


def prompt(family: Family, files: Sequence[File], number: int) -> Ask:
    """Ask `number`. Both its texts begin with that number, so that no prompt shares more than a control token with another."""
    file = files[number % len(files)]
    cursor = (number * STRIDE) % max(1, len(file.start))
    document = opened("", file.language, 1, file.start)
    line = file.start.count("\n", 0, cursor)
    column = cursor - file.start.rfind("\n", 0, cursor) - 1
    around = window(Moment(document, line, column, "", Trigger.AUTOMATIC, 0.0), CHARACTERS)
    mark = f"{number} of these\n"
    pieces = fim(family, mark + around.prefix, mark + around.suffix)
    return Ask(pieces, limit=TOKENS, lines=0)


def summary(runs: Sequence[Run]) -> dict[str, Any]:
    """The figures of a series; the first run is part of it and told apart too."""
    totals = [run.total for run in runs]
    ordered, mean = sorted(totals), statistics.fmean(totals)
    spread = statistics.stdev(totals) if len(totals) > 1 else 0.0
    costs = [run.done.cost for run in runs]
    read_ms, said_ms = (
        sum(cost.timing.prefill for cost in costs),
        sum(cost.timing.decode for cost in costs),
    )
    read, said = (
        sum(cost.tokens.evaluated for cost in costs),
        sum(cost.tokens.generated for cost in costs),
    )
    prompts = sum(cost.tokens.prompt for cost in costs)
    drafted = sum(cost.tokens.accepted for cost in costs)
    warm = statistics.median(totals[1:]) if len(totals) > 1 else totals[0]
    return {
        "runs": len(runs),
        "total_ms": percentiles(ordered),
        "total_ms_95": intervals(ordered),
        "mean_ms": round(mean, 2),
        "stdev_ms": round(spread, 2),
        "variation": round(spread / mean, 4) if mean else 0.0,
        "range_ms": [round(ordered[0], 2), round(ordered[-1], 2)],
        "ttft_ms": percentiles(sorted(run.first for run in runs)),
        "first_ms": round(totals[0], 2),
        "first_to_warm": round(totals[0] / warm, 3) if warm else 0.0,
        "prompt_tokens": round(prompts / len(runs), 1),
        "evaluated_share": round(read / prompts, 4) if prompts else 0.0,
        "generated_tokens": round(said / len(runs), 1),
        "drafted_share": round(drafted / said, 4) if said else 0.0,
        "prefill_tokens_per_s": round(1000 * read / read_ms, 1) if read_ms else 0.0,
        "decode_tokens_per_s": round(1000 * said / said_ms, 1) if said_ms else 0.0,
    }
