"""`symbiote bench queueing`: what servers a team of any size needs, by queueing theory. Nothing is measured, so nothing varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symbiote.bench.asks import per_minute
from symbiote.bench.contest import SCHEMA
from symbiote.bench.queueing import Service, Team, size
from symbiote.bench.typist import standard

USERS = 10_000
TYPING = (0.05, 0.1, 0.2)
SERVICES = (Service(0.1, 0.5), Service(0.2, 0.5), Service(0.4, 0.5))
REACH = 0.9
"""Of the asks of somebody whose completions all come from the server, those that nothing remembered answers: 1,643 of 1,820 keys
in docs/performance.md."""
SLOTS = 32
SHARE, LONGEST = 0.95, 0.05


def sizing(
    users: int = USERS,
    slots: int = SLOTS,
    typing: Sequence[float] = TYPING,
    services: Sequence[Service] = SERVICES,
) -> dict[str, Any]:
    """The table of docs/scale.md: times in ms, rates per second."""
    trace = standard()
    rows = []
    for share in typing:
        for service in services:
            asks = per_minute(trace, service.mean)
            found = size(Team(users, share, asks, REACH), service, slots, SHARE, LONGEST)
            rows.append(
                {
                    "typing": share,
                    "service_ms": 1000 * service.mean,
                    "asks_per_minute": round(asks, 1),
                    "rate": round(found.rate, 1),
                    "load": round(found.load, 1),
                    "machines": found.machines,
                    "used": round(found.used, 3),
                    "wait_p95_ms": round(1000 * found.p95_wait, 1),
                }
            )
    return {
        "schema": SCHEMA,
        "bench": "queueing",
        "users": users,
        "slots": slots,
        "reach": REACH,
        "variation": services[0].variation,
        "share": SHARE,
        "longest_ms": 1000 * LONGEST,
        "rows": rows,
    }
