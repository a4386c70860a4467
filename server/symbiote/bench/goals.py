"""`symbiote bench goals`: every figure that Symbiote aims at and that can be measured without a graphics card.

Each measurement stands in a module of its own; here is what is aimed at, and the order.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from symbiote.apart import apart
from symbiote.bench import contest, crowd, engine_rows, roundtrip, starts
from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.intervals import estimate
from symbiote.bench.peer_build import say
from symbiote.bench.rows import LEAST, MOST, Row, compared, held, measured, times, unmeasured
from symbiote.bench.trace import File, Trace
from symbiote.core.errors import SymbioteError
from symbiote.engine.local.catalogue import ModelFile
from symbiote.metrics.readout import percentile

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counts:
    """How much of everything: keys, starts, requests. `seconds` and `windows` are those of `crowd`, `beside` are keys, of which
    `block` are typed in a row; `fresh` starts have a home that is new."""

    keys: int = 2_000
    cancels: int = 150
    seconds: float = crowd.SECONDS
    windows: int = crowd.WINDOWS
    beside: int = 400
    block: int = engine_rows.BLOCK
    cold: int = 10
    fresh: int = 5
    hot: int = 20
    firsts: int = 12
    trips: int = 3_000
    kills: int = 5


FULL = Counts()
QUICK = Counts(100, 12, 3.0, crowd.WINDOWS, 16, 8, 2, 1, 2, 2, 100, 1)
"""To see that it runs; says little."""

TYPING = {"p50": 30.0, "p95": 120.0, "p99": 250.0}
PEERS = {"documented": 5.0, "tuned": 2.0}
"""How many times the peer's median must be Symbiote's, by its set-up."""
POINTER = "`symbiote bench typing --peer` measures it, and so does `--peer` here"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure with. `files` are finished texts; `program` is a llama-server, None to leave the peer out."""

    model: ModelFile
    setting: str | None
    trace: Trace
    files: Sequence[File]
    counts: Counts
    program: Path | None = None

    @property
    def name(self) -> str:
        return self.setting or self.model.name


def goals(asked: Asked) -> dict[str, Any]:
    """All rows, one measurement after the other. `failed` has a sentence for each that came to nothing; the others stand."""
    load, began = load_average(), time.monotonic()
    failed: list[str] = []
    rows: list[Row] = []
    say("measuring: typing")
    typed = _apart(_typing(asked))
    for what, measure in MEASURES.items():
        say(f"measuring: {what}")
        try:
            rows += measure(asked)
        except (SymbioteError, TimeoutError) as error:
            why = str(error) or "it took too long"
            failed.append(f"{what} could not be measured: {why}")
            rows.append(unmeasured(what, "", why))
    return {
        "schema": SCHEMA,
        "bench": "goals",
        "machine": machine(load),
        "model": asked.model.name,
        "device": typed["device"],
        "seconds": round(time.monotonic() - began),
        "rows": [row.as_dict() for row in (*typing_rows(typed), *rows, *absent())],
        "failed": [*contest.failures(typed), *failed],
        "typing": typed,
    }


def _apart(doing: Coroutine[Any, Any, T]) -> T:
    """Do it in a home of its own; nothing of it runs beside what comes next."""
    with apart():
        found = asyncio.run(doing)
        asyncio.run(starts.stopped())
        return found


def _typing(asked: Asked) -> Coroutine[Any, Any, dict[str, Any]]:
    trace = asked.trace.first(asked.counts.keys)
    return contest.typing(asked.model, asked.setting, trace, program=asked.program)


def typing_rows(typed: dict[str, Any]) -> list[Row]:
    """The rows that a replay of the trace fills, the peer's among them (docs/protocol.md, `bench typing`)."""
    count, read = typed["n"], typed["evaluated_per_plain_key"]
    answer = held(
        "key to answer, replayed typing",
        typed["latency_ms"],
        TYPING,
        n=count["computed"],
        interval=typed["latency_ms_95"],
        note=f"{typed['keystrokes']:,} keys",
    )
    evaluated = "prompt evaluated per plain key"
    return [
        answer,
        held(evaluated, read, {"p50": 8.0}, n=count["plain"], unit="tokens"),
        *_peer_rows(typed),
    ]


def _peer_rows(typed: dict[str, Any]) -> Iterator[Row]:
    """Each client of a set-up, the peer's median by ours; a pointer where the peer was left out."""
    for setup, limit in PEERS.items():
        found = [peer for peer in typed["peers"] if peer["setup"].startswith(f"{setup},")]
        for peer in found:
            yield _peer_row(peer, {"p50": limit})
        if not found:
            what = f"llama-server, {setup}, by Symbiote"
            yield unmeasured(what, f"p50 {LEAST} {limit:g}×", POINTER)


def _peer_row(peer: dict[str, Any], limits: dict[str, float]) -> Row:
    """By computed answers; the note counts cancelled requests too, with the time they had waited."""
    told, counts = peer["ratio"], peer["n"]
    note = ""
    if counts["cancelled"] and told["at_least_p50"]:
        note = f"{counts['cancelled']:,} cancelled: {told['at_least_p50'][0]:.2f}× with them"
    what = f"llama-server, {peer['setup']}, by Symbiote"
    ratio = {"p50": told["p50"]}
    return times(what, ratio, limits, sense=LEAST, n=counts["computed"], note=note)


def _cancels(asked: Asked) -> list[Row]:
    taken = _apart(engine_rows.cancels(asked.name, asked.files, asked.counts.cancels))
    return [measured("cancel, to the engine idle", taken, {"p95": 15.0})]


def _beside(asked: Asked) -> list[Row]:
    trace = asked.trace.first(asked.counts.beside)
    typing = engine_rows.beside(asked.name, trace, asked.files, asked.counts.block)
    return beside_rows(_apart(typing))


def beside_rows(both: engine_rows.Beside) -> list[Row]:
    rate = both.pieces / both.seconds if both.seconds else 0.0
    what = "completion while a rewrite streams"
    each = both.pieces / both.answers if both.answers else both.pieces
    note = f"which wrote {rate:.0f} tokens/s meanwhile, {each:.0f} in each answer"
    limits, places = {"p95": 2.0}, ("p50", "p95")
    return [
        compared(f"{what}, by idle", both.busy, both.idle, limits, places=places, note=note),
        measured(what, both.busy),
        measured("completion, engine idle", both.idle),
    ]


def _crowd(asked: Asked) -> list[Row]:
    counts = asked.counts
    return [crowd_row(_apart(crowd.crowd(counts.windows, counts.seconds)), counts.windows)]


def crowd_row(found: crowd.Crowd, windows: int) -> Row:
    what = f"key to answer without a model, {windows} windows × {crowd.KEYS_PER_SECOND} keys/s"
    late = percentile(sorted(found.late), 0.99) if found.late else 0.0
    note = f"keys pressed up to {late:.0f} ms late, p99"
    return measured(what, found.answers, {"p99": 20.0}, unanswered=found.unanswered, note=note)


def _trips(asked: Asked) -> list[Row]:
    return trip_rows(_apart(roundtrip.trips(asked.setting, asked.counts.trips)))


def trip_rows(ways: roundtrip.Trips) -> list[Row]:
    """Both ways, and by how much the forwarder's median is more."""
    socket, forwarder = estimate(ways.socket, 0.5), estimate(ways.forwarder, 0.5)
    added = forwarder.value - socket.value if socket and forwarder else None
    return [
        measured("a small request over the socket and back", ways.socket),
        measured("the same through the forwarder", ways.forwarder),
        held("what the forwarder adds", {"p50": added}, {"p50": 0.3}, n=len(ways.forwarder)),
    ]


def _starts(asked: Asked) -> list[Row]:
    counts, model = asked.counts, asked.setting
    homes = [_apart(starts.cold(model, 1))[0] for _ in range(counts.fresh)]
    fresh, *cold = _apart(starts.cold(model, 1 + counts.cold))
    return [
        measured("first answer, no daemon running", cold, {"p95": 2_500.0}),
        measured("the same, with a model that was never tried here before", [*homes, fresh]),
    ]


def _hot(asked: Asked) -> list[Row]:
    taken = _apart(starts.hot(asked.setting, asked.counts.hot))
    return [measured("first answer of a new window, hot daemon", taken, {"p95": 300.0})]


def _firsts(asked: Asked) -> list[Row]:
    found = _apart(starts.firsts(asked.name, asked.files, asked.counts.firsts))
    what = "first request once the model is ready, by warm ones"
    return [compared(what, found.first, found.warm, {"p50": 1.2}, note="every prompt new")]


def _killed(asked: Asked) -> list[Row]:
    taken = _apart(starts.killed(asked.setting, asked.counts.kills))
    return [measured("daemon killed, to two windows answered", taken)]


MEASURES: dict[str, Callable[[Asked], list[Row]]] = {
    "cancels": _cancels,
    "many windows": _crowd,
    "completions beside a rewrite": _beside,
    "starts": _starts,
    "new windows": _hot,
    "first requests": _firsts,
    "round trips": _trips,
    "a killed daemon": _killed,
}


def absent() -> list[Row]:
    """What no run on this machine can tell."""
    return [
        unmeasured(
            "rewrite of 60 lines, speculative by plain decoding",
            f"p50 {LEAST} 3×",
            "`symbiote bench rewrite` measures it",
        ),
        unmeasured(
            "24-token answer, 1.5B Q4, RTX 4090 class",
            f"p50 {MOST} 60 ms, first token {MOST} 10 ms",
            "needs such a graphics card",
        ),
    ]
