"""A small request to the daemon and back: over its socket, and through the forwarder that editors start."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from symbiote.bench.forwarded import forwarded
from symbiote.wire.client import Client, client

TURN = 50
"""Requests on one way before it is the other's turn, so that both meet the same machine."""


@dataclass(slots=True)
class Trips:
    """Milliseconds."""

    socket: list[float] = field(default_factory=list)
    forwarder: list[float] = field(default_factory=list)


async def trips(model: str | None, count: int) -> Trips:
    """So many requests on either way, by turns."""
    found = Trips()
    settings = {"model": model} if model else {}
    async with client(settings=settings) as direct, forwarded(model=model) as through:
        await through.first_answer()  # nothing else is loading by then
        while (left := count - len(found.socket)) > 0:
            found.socket += await _turn(direct, min(TURN, left))
            found.forwarder += await _turn(through.client, min(TURN, left))
    return found


async def _turn(window: Client, count: int) -> list[float]:
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await window.request("symbiote/why")
        taken.append((time.perf_counter() - began) * 1000)
    return taken
