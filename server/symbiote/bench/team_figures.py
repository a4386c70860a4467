"""From what a team's users saw to its figures (docs/protocol.md, `symbiote bench team`), and queueing theory beside them. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from symbiote.bench import queueing
from symbiote.bench.figures import intervals, percentiles
from symbiote.bench.outside import Sample

SHARES = (50, 95, 99)
CERTAIN = 0.25
"""The model counts as right where the measured mean time of an answer is within this share of the predicted one."""


@dataclass(slots=True)
class Seen:
    """What the users saw. `late` is by how many ms asks went out after their time; `overtaken` counts asks that a newer one of
    the same user replaced before they were answered."""

    samples: list[Sample] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    asked: int = 0
    overtaken: int = 0

    @property
    def answered(self) -> list[Sample]:
        return [one for one in self.samples if not one.fault]


def together(parts: Sequence[Seen]) -> Seen:
    whole = Seen()
    for part in parts:
        whole.samples += part.samples
        whole.late += part.late
        whole.asked += part.asked
        whole.overtaken += part.overtaken
    return whole


def figures(seen: Seen, requests: int | None) -> dict[str, Any]:
    """`requests` is how many the server counted, None where it does not; those of the users are counted otherwise."""
    answered = seen.answered
    first = sorted(one.first_ms for one in answered)
    whole = sorted(one.whole_ms for one in answered)
    sent = requests if requests is not None else _sent(seen)
    return {
        "asked": seen.asked,
        "answered": len(answered),
        "overtaken": seen.overtaken,
        "first_ms": percentiles(first, SHARES),
        "first_ms_95": intervals(first, SHARES),
        "whole_ms": percentiles(whole, SHARES),
        "whole_ms_95": intervals(whole, SHARES),
        "errors": faults(seen),
        "requests_per_ask": round(sent / seen.asked, 4) if seen.asked else None,
        "late_ms": percentiles(sorted(seen.late), (50, 99)),
    }


def _sent(seen: Seen) -> int:
    """At most one request was sent for each ask that has no answer."""
    return sum(one.attempts for one in seen.answered) + seen.asked - len(seen.answered)


def faults(seen: Seen) -> dict[str, int]:
    return dict(Counter(one.fault for one in seen.samples if one.fault))


def against_model(
    alone: Sequence[float],
    seen: Seen,
    seconds: float,
    *,
    users: int,
    slots: int,
    patient: bool,
    waited: Sequence[float] = (),
) -> dict[str, Any]:
    """What queueing theory says of a service time, and what was measured. Milliseconds.

    `alone` are the seconds that answers took while nobody else asked; `waited` those for a slot, where the server tells.

    Held against each other only for patient users: of the others only those answers are known that nobody overtook, and what
    was overtaken took less of the server than an answer does.
    """
    service = queueing.measured(alone)
    servers = slots or users
    waiting = sum(one.whole_ms for one in seen.samples) / 1000
    think = (users * seconds - waiting) / seen.asked if seen.asked else math.inf
    found = queueing.closed(users, think, service, servers) if seen.asked else None
    predicted = 1000 * found.response if found and patient else None
    mean = waiting / len(seen.samples) * 1000 if seen.samples else None
    holds = None
    if predicted is not None and mean is not None:
        holds = abs(mean - predicted) <= CERTAIN * predicted
    rate = seen.asked / seconds if seconds else 0.0
    return {
        "rate": round(rate, 3),
        "predicted_rate": round(found.rate, 3) if found and patient else None,
        "think_s": round(think, 3) if found else None,
        "service_ms": round(1000 * service.mean, 1),
        "variation": round(service.variation, 3),
        "load": round(rate * service.mean, 3),
        "servers": servers,
        "predicted_ms": None if predicted is None else round(predicted, 1),
        "measured_ms": None if mean is None else round(mean, 1),
        "measured_wait_ms": percentiles(sorted(1000 * one for one in waited), SHARES),
        "within": CERTAIN,
        "holds": holds,
    }
