"""`symbiote bench team`: many users who type, each through a `Cloud` of their own as in a daemon of their own, and one server.

The users' keys are typing traces with rests; when they ask is decided by the daemon's rules (`asks`). A newer ask of a user
takes the place of the older one, unless the plan is patient: then nobody types on before the answer is there, which is what queueing
theory is about. All users live in this process and share the processors with what they measure, which is
why the waits of the simulated server are read at the server too, and why the queueing model is held against both.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from symbiote.bench import meter
from symbiote.bench.asks import Wish, wishes, with_rests
from symbiote.bench.contest import SCHEMA, load_average, machine
from symbiote.bench.delay_server import Delays, DelayServer, delay_server
from symbiote.bench.outside import ask, cloud
from symbiote.bench.team_figures import Seen, against_model, faults, figures, together
from symbiote.bench.team_server import team_server
from symbiote.bench.typist import STANDARD_SEED, standard
from symbiote.core.errors import UserError
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.request import Request

NAME, MODEL = "team", "team"
LIMIT = 24
DEADLINE = 10.0
"""Seconds. Far more than a completion has in the daemon, so that waits are seen in full."""
ALONE = 30
"""Requests one after the other, while nobody else asks, before and after the run: the service time."""
DRAIN = 15.0
SAMPLING = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """`typing` is the share of the time that each user types. The server is simulated with `delays`, or llama_cpp.server with
    the model at `file`, or whatever answers at `url`. `patient` users wait for each answer before they type on.
    """

    users: int = 50
    minutes: float = 5.0
    typing: float = 0.1
    patient: bool = False
    delays: Delays | None = None
    file: Path | None = None
    url: str = ""
    model: str = MODEL
    key: str = ""
    slots: int = 1


@dataclass(slots=True)
class Server:
    """`pid` is 0 for one in this process."""

    name: str
    url: str
    key: str = ""
    pid: int = 0
    slots: int = 1
    model: str = MODEL
    delays: DelayServer | None = None

    def user(self) -> Cloud:
        """A daemon's worth of provider code that knows this server and nothing else."""
        entry = {
            "kind": "openai",
            "baseUrl": self.url,
            "complete": self.model,
            "way": "completions",
            "key": bool(self.key),
        }
        made = cloud({NAME: entry}, {})
        made.keys({NAME: self.key} if self.key else {})
        return made


async def team(plan: Plan) -> dict[str, Any]:
    """The figures (docs/protocol.md). Raises `UserError` when the server does not answer."""
    load = load_average()
    async with _server(plan) as server:
        alone = await _alone(server, STANDARD_SEED - 1)
        before = server.delays.requests if server.delays else 0
        watched = Watched(server.pid)
        watching = asyncio.create_task(watched.run())
        try:
            seen, seconds = await _run(plan, server, sum(alone) / len(alone))
        finally:
            watching.cancel()
        requests = server.delays.requests - before if server.delays else None
        waited = [one.waited for one in server.delays.served[before:]] if server.delays else []
        # before and after, so that a change of the machine's speed is in both
        alone += await _alone(server, STANDARD_SEED - 2)
    return {
        "schema": SCHEMA,
        "bench": "team"
        + ("-simulated" if plan.delays else "")
        + ("-patient" if plan.patient else ""),
        "machine": machine(load),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "server": server.name,
        "slots": server.slots,
        "users": plan.users,
        "typing": plan.typing,
        "patient": plan.patient,
        "seconds": round(seconds, 1),
        **figures(seen, requests),
        "memory_mb": watched.figures(),
        "queue": against_model(
            alone,
            seen,
            seconds,
            users=plan.users,
            slots=server.slots,
            patient=plan.patient,
            waited=waited,
        ),
        "failed": [f"{says} ({n} of {seen.asked})" for says, n in faults(seen).items()],
    }


async def _run(plan: Plan, server: Server, typical: float) -> tuple[Seen, float]:
    """Everybody types, asking an engine that takes `typical` seconds. What they saw, and the seconds it took."""
    users = [_wishes(number, plan, typical) for number in range(plan.users)]
    clouds = [server.user() for _ in users]
    begun = time.monotonic()
    try:
        typists = (
            _User(of, f"user {number}", plan).types(wished, begun)
            for number, (of, wished) in enumerate(zip(clouds, users, strict=True))
        )
        parts = await asyncio.gather(*typists)
        return together(parts), time.monotonic() - begun
    finally:
        for of in clouds:
            await of.close()


@contextlib.asynccontextmanager
async def _server(plan: Plan) -> AsyncGenerator[Server, None]:
    if plan.delays is not None:
        async with delay_server({NAME: plan.delays}) as made:
            yield Server("simulated", made.url(NAME), slots=plan.delays.slots, delays=made)
        return
    if plan.url:
        yield Server(plan.url, plan.url, plan.key, slots=plan.slots, model=plan.model)
        return
    assert plan.file is not None
    with team_server(plan.file) as real:
        name = f"llama_cpp.server, {plan.file.stem}"
        yield Server(name, real.url, real.key, real.pid)


async def _alone(server: Server, seed: int) -> list[float]:
    """Seconds that the server takes for answers when nobody else asks. Raises `UserError` when it gives none."""
    of = server.user()
    try:
        places = wishes(standard(seed), 1.0)
        # far apart, so that none begins with what the one before was about
        picked = [wish for number, wish in enumerate(places) if number % 25 == 0][:ALONE]
        found = [await ask(of, NAME, "complete", _request(wish)) for wish in picked]
    finally:
        await of.close()
    if not (answered := [one.whole_ms / 1000 for one in found if not one.fault]):
        raise UserError(f"The server does not answer: {found[0].fault}")
    return answered


def _wishes(number: int, plan: Plan, typical: float) -> list[Wish]:
    """What user `number` asks for, in order of time, to the end of the run."""
    wished = list(wishes(standard(STANDARD_SEED + number), typical))
    start = random.Random(number).randrange(len(wished) // 2)  # noqa: S311
    turned = [Wish(one.at - wished[start].at, one.before, one.after) for one in wished[start:]]
    rested = with_rests(turned, plan.typing, number)
    return [one for one in rested if one.at < 60 * plan.minutes]


class _User:
    """Somebody who types, and the ask that is under way."""

    def __init__(self, of: Cloud, session: str, plan: Plan) -> None:
        self._of, self._session = of, session
        self._patient, self._minutes = plan.patient, plan.minutes
        self._running: asyncio.Task[None] | None = None
        self._seen = Seen()

    async def types(self, wished: Sequence[Wish], begun: float) -> Seen:
        """All of it, and the last answers."""
        seen, shift = self._seen, 0.0
        until = begun + 60 * self._minutes
        for wish in wished:
            due = begun + wish.at + shift
            await asyncio.sleep(max(0.0, min(due, until) - time.monotonic()))
            if due >= until:
                break
            seen.late.append((time.monotonic() - due) * 1000)
            seen.asked += 1
            if self._patient:
                await self._answer(wish)
                shift = max(shift, time.monotonic() - begun - wish.at)
            else:
                self._begin(wish)
        if self._running is not None:
            await asyncio.wait({self._running}, timeout=DRAIN)
            self._running.cancel()
        return seen

    def _begin(self, wish: Wish) -> None:
        if self._running is not None and not self._running.done():
            self._running.cancel()
            self._seen.overtaken += 1
        self._running = asyncio.create_task(self._answer(wish))

    async def _answer(self, wish: Wish) -> None:
        found = await ask(self._of, NAME, "complete", _request(wish), self._session)
        self._seen.samples.append(found)


def _request(wish: Wish) -> Request:
    """Without what follows the cursor: llama_cpp.server does not know a model's tokens for it."""
    until = time.monotonic() + DEADLINE
    return Request(wish.before, limit=LIMIT, stop=("\n",), deadline=until)


class Watched:
    """The memory of this process and the server's, read once a second."""

    def __init__(self, pid: int) -> None:
        self._pids = {"users": os.getpid(), **({"server": pid} if pid else {})}
        self._seen: dict[str, list[float]] = {name: [] for name in self._pids}

    async def run(self) -> None:
        while True:
            for name, pid in self._pids.items():
                if (found := meter.read(pid)) is not None:
                    self._seen[name].append(found.memory_mb)
            await asyncio.sleep(SAMPLING)

    def figures(self) -> dict[str, list[float]]:
        """First and most, in MB."""
        return {n: [round(s[0], 1), round(max(s), 1)] for n, s in self._seen.items() if s}
