"""How latencies are spread: computed suggestions by their milliseconds, in steps that double every eighth."""

from __future__ import annotations

import math

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span

STEPS = 8
"""To the double."""
LONGEST = 60_000
EDGES = tuple(round(2 ** (step / STEPS), 1) for step in range(int(STEPS * math.log2(LONGEST)) + 1))
_TENTH = "CAST(total_ms * 10 AS INTEGER)"


def figure(base: Base, span: Span) -> Figure:
    """Rows: from, up to (ms, not included), how many. Empty steps in between are there too."""
    condition, values = span.where("asks", COMPUTED, "total_ms IS NOT NULL")
    found = base.rows(
        f"SELECT {_TENTH}, COUNT(*) FROM asks WHERE {condition} GROUP BY 1",
        values,
    )
    counts = [0] * (len(EDGES) + 1)
    for tenth, count in found:
        counts[_step(tenth / 10)] += count
    used = [at for at, count in enumerate(counts) if count]
    rows = [
        (EDGES[at - 1] if at else 0.0, EDGES[at] if at < len(EDGES) else None, counts[at])
        for at in (range(used[0], used[-1] + 1) if used else ())
    ]
    title, n = "Distribution of latency", sum(counts)
    return Figure(
        "distribution", title, "ms", None, n, columns=("from", "to", "n"), rows=tuple(rows)
    )


def _step(ms: float) -> int:
    """The number of edges that are not above."""
    low, high = 0, len(EDGES)
    while low < high:
        middle = (low + high) // 2
        if EDGES[middle] <= ms:
            low = middle + 1
        else:
            high = middle
    return low
