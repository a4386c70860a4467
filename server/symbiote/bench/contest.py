"""`symbiote bench typing`: the trace against the daemon (`peer` has llama-server's part)."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from symbiote.bench.figures import figures
from symbiote.bench.meter import cpu_seconds
from symbiote.bench.ours import pids, ready, window
from symbiote.bench.replay import Replay
from symbiote.bench.screen import View
from symbiote.bench.trace import Trace
from symbiote.engine.local.catalogue import ModelFile

SCHEMA = 1


async def typing(
    model: ModelFile, setting: str | None, trace: Trace, keys: int, speed: float
) -> dict[str, Any]:
    """Symbiote's own figures (docs/protocol.md); `setting` is the model as the user named it."""
    load = load_average()
    began = time.monotonic()
    async with window(setting) as (contestant, session):
        await contestant.open(trace.files)
        await contestant.ask(View(0, trace.files[0].start, 0)).reply()
        cold = time.monotonic() - began
        state = await ready(session)
        processes = await pids(session)
        before = cpu_seconds(*processes)
        done = await Replay(trace, contestant, keys, speed).run()
        after = cpu_seconds(*processes)
        last = await session.request("symbiote/state")
        engine = last["engine"]
    used = None if before is None or after is None else after - before
    return {
        "schema": SCHEMA,
        "bench": "typing",
        "trace": {"name": trace.name, "speed": speed},
        "model": model.name,
        "machine": machine(load),
        **{name: engine[name] for name in ("device", "threads", "gpu_layers", "context")},
        "memory_mb": engine["memory_mb"],
        "vram_mb": engine["vram_mb"],
        "note": state["engine"]["note"],
        "cold_start_s": round(cold, 2),
        **figures(done, used),
        "prefetch": last.get("prefetch", {}),
        "peers": [],
    }


def machine(load: float | None) -> dict[str, Any]:
    """What the figures depend on: processor, cores, and how busy the machine was before."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8", "replace").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {"processor": names[0] if names else "", "cores": os.cpu_count() or 1, "load": load}


def load_average() -> float | None:
    """Of the last minute; None where the system does not say."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None
