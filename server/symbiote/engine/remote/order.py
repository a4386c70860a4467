"""Who is asked first, and for how long before the next one is. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symbiote.engine.port import FASTEST, LOCAL

FLOOR = 0.12
"""Seconds. With less nobody outside is asked any more: a request and its first text take longer than that."""
SPARE = 2.0
"""Times the usual wait for a first text is kept for a provider that comes later."""
UNKNOWN = 0.5
"""Seconds to the first text of a provider nobody has asked yet."""
PATIENCE = 4.0
"""Times the usual wait before the next one is asked, though there would be time."""
LEAST = {"complete": 0.3, "rewrite": 2.0}
UNTRIED = {"complete": 1.0, "rewrite": 8.0}
"""Seconds: the shortest patience, and that with a provider nobody has asked yet. Models that think before they write a rewrite
take seconds to their first text."""
PROBE = 0.3
"""Seconds that one is waited for which has failed before and is tried again, unless it is usually slower."""


def expand(order: Iterable[str], fastest: Sequence[str]) -> list[str]:
    """Names of providers in `order`, each once; `FASTEST` stands for all of `fastest` that are not named before."""
    names: dict[str, None] = {}
    for place in order:
        if place == FASTEST:
            names |= dict.fromkeys(fastest)
        elif place != LOCAL:
            names[place] = None
    return list(names)


def by_speed(names: Iterable[str], p50: Mapping[str, float | None]) -> list[str]:
    """The fastest first. What was never measured comes first of all, so that it is; ties stay as they are."""
    return sorted(names, key=lambda name: p50.get(name) or 0.0)


def need(p50: float | None) -> float:
    """Seconds to keep for a provider that takes `p50` ms to its first text."""
    return max(SPARE * FLOOR, SPARE * p50 / 1000) if p50 is not None else UNKNOWN


def patience(p50: float | None, task: str, *, probe: bool) -> float:
    """Seconds that a provider may take to its first text if there is time enough."""
    if probe:
        return max(PROBE, SPARE * (p50 or 0.0) / 1000)
    if p50 is None:
        return UNTRIED[task]
    return max(LEAST[task], PATIENCE * p50 / 1000)


def share(left: float, others: Iterable[float]) -> float:
    """Seconds of `left` for who is asked now: all but what the `others` need, which is not more than half."""
    return left - min(sum(others), left / 2)
