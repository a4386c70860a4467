"""A calibration: settings tried out in a worker process of its own, the best of them kept for the next load."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace
from typing import Any

from symbiote.core.errors import EngineGone, ModelError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import probe, tuning
from symbiote.engine.local.catalogue import ModelFile, sizes
from symbiote.engine.local.process import WorkerProcess
from symbiote.engine.local.promise import PROMISE_MS, Estimate, Size, estimates, sentence
from symbiote.engine.local.protocol import Message
from symbiote.engine.local.trial import ANSWER, KNOWN
from symbiote.engine.local.tuning import Tuning

SECONDS = 60.0
"""For the trial, beside the loading: it takes about half of that by itself."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`told` is the trial's own report, see `trial.Trial.run`."""

    model: str
    tuning: Tuning
    told: Message
    models: list[Estimate]

    @property
    def promise(self) -> str:
        """Whether the promise of 500 ms holds here, and what would hold it."""
        said = sentence(self.models, self.model)
        if self.tuning.depth < KNOWN:
            said += f" (Measured behind {self.tuning.depth} tokens only; more would have taken too long.)"
        return said

    def as_dict(self) -> dict[str, Any]:
        """For `symbiote doctor --calibrate --json` (docs/protocol.md)."""
        own = next(one for one in self.models if one.model == self.model)
        told = {
            name: self.told[name]
            for name in ("chosen", "shipped", "measured", "skipped", "seconds")
        }
        return {"model": self.model, "depth": self.tuning.depth, **told} | {
            "ask_ms": round(own.ask_ms, 1),
            "promise_ms": PROMISE_MS,
            "holds": own.holds,
            "models": [one.as_dict() for one in self.models],
        }


async def calibrate(model: ModelFile, settings: MachineSettings) -> Calibration:
    """Measure `model` on this machine and keep what is best. Raises `ModelError`; nothing is kept then."""
    own = replace(settings, threads=0)
    plan = await probe.plan(model, own, tuned=False)
    told = await _measure(plan)
    chosen = told["chosen"]
    found = Tuning(**chosen, depth=told["depth"], date=datetime.date.today().isoformat())
    tuning.store(model, settings, found)
    try:
        await probe.plan(model, settings)
    except ModelError:
        tuning.forget(model)
        raise
    size = Size(model.path.stat().st_size, told["parameters"])
    models = estimates(model.name, found.add_ms, ANSWER * found.write_ms, size, sizes())
    return Calibration(model.name, found, told, models)


async def _measure(plan: probe.Plan) -> Message:
    process = await WorkerProcess.start("--calibrate")
    try:
        told = await process.load(plan.options, plan.seconds + SECONDS)
    except EngineGone as gone:
        raise ModelError(
            f"The calibration did not come to its end: {gone} Nothing was changed."
        ) from gone
    finally:
        await process.stop()
    if told["is"] == "failed":
        raise ModelError(str(told["reason"]))
    return told
