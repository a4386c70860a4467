"""llama-server as the peer: started on the same model file, replayed the same trace, in its set-ups."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from symbiote.bench.figures import figures, latencies, ratios
from symbiote.bench.http import Connection, HttpError
from symbiote.bench.infill import Infill, Setup
from symbiote.bench.llama_vim import LlamaVim
from symbiote.bench.peer_build import say
from symbiote.bench.replay import Replay, Replayed
from symbiote.bench.rounds import Seat
from symbiote.bench.trace import Trace
from symbiote.core.errors import UserError
from symbiote.engine.local.catalogue import ModelFile
from symbiote.prompt.family import families

HOST = "127.0.0.1"
START = 60.0
"""Seconds until it must be healthy."""
TRIAL_KEYS = 60
"""Keys on which the tuned flags are chosen, each pressed when the one before has its answer."""
TRIAL_SPEED = 3.0
USUAL_CONTEXT = 4_096
CLIENTS: dict[str, type[LlamaVim] | type[Infill]] = {"llama.vim": LlamaVim, "ideal": Infill}


def documented(model: ModelFile) -> Setup:
    """What llama.vim's documentation recommends for small models (its --fim-… presets of llama.cpp's common/arg.cpp)."""
    flags = ("-b", "1024", "-ub", "1024", "--ctx-size", "0", "--cache-reuse", "256")
    return Setup("documented", (*flags, *_order(model)), tuned=False)


def candidates(model: ModelFile) -> list[Setup]:
    """Tuned set-ups to choose from: one slot, the context that is needed, with and without flash attention."""
    context = str(model.context or USUAL_CONTEXT)
    cores = os.cpu_count() or 1
    threads = sorted({max(1, cores - 1), cores})
    always = ("-c", context, "-b", context, "-n", "48", "-np", "1", "--cache-reuse", "256")
    rest = ("-tb", str(cores), *_order(model))
    calm = (("GOMP_SPINCOUNT", "20000"),)  # as Symbiote sets it for its own engine
    return [
        Setup(
            "tuned",
            (*always, "-ub", batch, "-fa", flash, "-t", str(count), *rest),
            tuned=True,
            environment=calm,
        )
        for flash, batch in (("off", "128"), ("off", "512"), ("on", "512"))
        for count in threads
    ]


def _order(model: ModelFile) -> tuple[str, ...]:
    """A model that was trained suffix first is asked suffix first."""
    known = families()
    family = known.get(model.family or "") or next(
        (family for family in known.values() if family.match.search(model.name)), None
    )
    return ("--spm-infill",) if family is not None and family.typed_last else ()


@dataclass(frozen=True, slots=True)
class Rival:
    """llama-server in one set-up with one client, at its replay."""

    setup: Setup
    client: str
    contestant: LlamaVim | Infill
    seat: Seat

    async def figures(self, ours: Replayed) -> dict[str, Any] | None:
        """Its figures and their ratios to `ours`, once both have been replayed; None, and a word of why, without an answer."""
        done = self.seat.replay.done
        measured = figures(done, self.seat.cpu_s)
        await self.contestant.close()
        if isinstance(self.contestant, LlamaVim):
            measured["wasted_tokens"] += self.contestant.wasted
        if not measured["n"]["computed"]:
            say(f"{self.seat.name}: {_no_answer(done)}")
            return None
        named = {"name": "llama-server", "setup": f"{self.setup.name}, {self.client} client"}
        told = {"idle_cpu_share": self.seat.idle_share, "ratio": ratios(done, ours)}
        return named | {"flags": list(self.setup.flags)} | measured | told


async def setups(program: Path, model: ModelFile, trace: Trace) -> list[Setup]:
    """The documented one, and the best of a trial."""
    return [documented(model), await best(program, model, trace)]


async def rivals(
    stack: contextlib.AsyncExitStack,
    program: Path,
    model: ModelFile,
    asked: Sequence[Setup],
    trace: Trace,
    speed: float,
) -> list[Rival]:
    """Each set-up with each client, on a server of its own that runs until `stack` is left; one that fails is left out."""
    found = []
    for setup in asked:
        for client in CLIENTS:
            name = f"llama-server, {setup.name}, {client} client"
            say(f"{name}: {' '.join(setup.flags)}")
            try:
                port, pid = await stack.enter_async_context(server(program, model, setup))
            except UserError as error:
                say(str(error))
                continue
            contestant = CLIENTS[client](HOST, port, setup)
            seat = Seat(name, Replay(trace, contestant, speed), partial(_only, pid))
            found.append(Rival(setup, client, contestant, seat))
    return found


async def _only(pid: int) -> tuple[int, ...]:
    return (pid,)


async def best(program: Path, model: ModelFile, trace: Trace) -> Setup:
    """The tuned set-up with the lowest median on the first keys of the trace: the better of two tries each, there and back,
    so that a moment in which the machine was busy decides nothing."""
    known = candidates(model)
    measured: dict[int, float] = {}
    waiting = [*range(len(known)), *reversed(range(len(known)))]
    while waiting:
        number = waiting.pop(0)
        flags = " ".join(known[number].flags)
        try:
            median = await trial(program, model, known[number], trace)
        except UserError as error:
            say(f"a set-up that does not run: {flags}: {error}")
            waiting = [other for other in waiting if other != number]
            continue
        say(f"trial: {median:g} ms with {flags}")
        measured[number] = min(median, measured.get(number, median))
    if not measured:
        raise UserError("llama-server answered in none of the tuned set-ups.")
    return known[min(measured, key=lambda number: (measured[number], number))]


async def trial(program: Path, model: ModelFile, setup: Setup, trace: Trace) -> float:
    """The median in milliseconds on the first keys of the trace. Raises `UserError` when nothing is answered."""
    async with server(program, model, setup) as (port, _):
        contestant = Infill(HOST, port, setup)
        played = trace.first(TRIAL_KEYS)
        done = await Replay(played, contestant, TRIAL_SPEED, patient=True).run()
        await contestant.close()
    if not (found := latencies(done)):
        raise UserError(_no_answer(done))
    return round(statistics.median(found), 2)


def _no_answer(done: Replayed) -> str:
    why = done.asked[0].lost if done.asked else ""
    return f"llama-server computed no answer: {why or 'it said nothing'}."


@contextlib.asynccontextmanager
async def server(
    program: Path, model: ModelFile, setup: Setup
) -> AsyncGenerator[tuple[int, int], None]:
    """A running llama-server: its port and process. Raises `UserError` when it does not start."""
    port = _free_port()
    with tempfile.TemporaryFile() as log:
        process = await asyncio.create_subprocess_exec(
            str(program),
            *("-m", str(model.path), "--host", HOST, "--port", str(port), "--offline"),
            *setup.flags,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | dict(setup.environment),
        )
        try:
            if not await _healthy(process, port):
                log.seek(0)
                said = log.read().decode("utf-8", "replace").strip().splitlines()
                raise UserError(f"llama-server did not start: {' / '.join(said[-3:])[:400]}")
            yield port, process.pid
        finally:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _healthy(process: asyncio.subprocess.Process, port: int) -> bool:
    until = time.monotonic() + START
    connection = Connection(HOST, port)
    try:
        while time.monotonic() < until and process.returncode is None:
            try:
                await connection.whole("GET", "/health")
            except HttpError:
                await asyncio.sleep(0.05)
            else:
                return True
    finally:
        connection.hang_up()
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
