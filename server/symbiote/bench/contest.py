"""`symbiote bench typing`: the trace against the daemon, and llama-server beside it (`peer` has its part)."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from symbiote.bench import peer
from symbiote.bench.figures import figures
from symbiote.bench.ours import Ours, pids, ready, window
from symbiote.bench.replay import Replay
from symbiote.bench.rounds import ROUNDS, Seat, alternate
from symbiote.bench.screen import View
from symbiote.bench.trace import Trace
from symbiote.engine.local.catalogue import ModelFile
from symbiote.wire.client import Client

SCHEMA = 1


async def typing(
    model: ModelFile,
    setting: str | None,
    trace: Trace,
    speed: float = 1.0,
    program: Path | None = None,
    rounds: int = ROUNDS,
) -> dict[str, Any]:
    """The figures (docs/protocol.md); `setting` is the model as the user named it.

    With `program`, a llama-server, all contestants take turns: each part of the trace is replayed by all of them.
    """
    load = load_average()
    setups = await peer.setups(program, model, trace) if program else []
    async with contextlib.AsyncExitStack() as stack:
        began = time.monotonic()
        contestant, session = await stack.enter_async_context(window(setting))
        cold = await _cold_start(contestant, session, trace, began)
        ours = Seat("Symbiote", Replay(trace, contestant, speed), lambda: pids(session))
        others = await peer.rivals(stack, program, model, setups, trace, speed) if program else []
        seats = [ours, *(other.seat for other in others)]
        parts = rounds if others else 1
        await alternate(seats, len(trace.strokes), parts)
        state = await ready(session)
        peers = [found for other in others if (found := await other.figures(ours.replay.done))]
    return {
        "schema": SCHEMA,
        "bench": "typing",
        "trace": {"name": trace.name, "speed": speed, "keys": len(trace.strokes), "rounds": parts},
        "model": model.name,
        "machine": machine(load),
        **about(state["engine"]),
        "note": state["engine"]["note"],
        "cold_start_s": round(cold, 2),
        **figures(ours.replay.done, ours.cpu_s),
        "idle_cpu_share": ours.idle_share,
        "prefetch": state.get("prefetch", {}),
        "peers": peers,
    }


async def _cold_start(ours: Ours, session: Client, trace: Trace, began: float) -> float:
    """Seconds from nothing to the first answer. The model is ready by then."""
    await ours.open(trace.files)
    await ours.ask(View(0, trace.files[0].start, 0)).reply()
    taken = time.monotonic() - began
    await ready(session)
    return taken


def about(engine: dict[str, Any]) -> dict[str, Any]:
    """What a result says of the engine, from `symbiote/state`."""
    names = ("device", "threads", "gpu_layers", "context", "memory_mb", "vram_mb")
    return {name: engine[name] for name in names}


def minutes(trace: Trace, speed: float, contestants: int) -> float:
    """How long a replay takes, but for starting and for the search for the peer's flags."""
    return contestants * trace.seconds / speed / 60


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


def failures(found: dict[str, Any]) -> Sequence[str]:
    """What went wrong in a result, one sentence each."""
    missing = found.get("unanswered", 0)
    return [f"{missing} requests were not answered."] if missing else []
