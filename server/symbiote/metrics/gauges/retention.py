"""How much of what was accepted is there still after 30 seconds, 2, 5 and 10 minutes."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

LOOKS = {"still_30s": "30s", "still_2m": "2m", "still_5m": "5m", "still_10m": "10m"}


def figure(base: Base, span: Span) -> Figure:
    """`value` is the mean after ten minutes; rows: feature, after, how many looks, the mean share that was left (0 to 1)."""
    condition, values = span.where(
        "events", f"events.kind IN ({', '.join(map(repr, LOOKS))})", "events.value IS NOT NULL"
    )
    found = base.rows(
        f"SELECT feature, kind, COUNT(*), AVG(value) FROM events WHERE {condition} GROUP BY feature, kind",
        values,
    )
    order = list(LOOKS)
    found.sort(key=lambda row: (row[0], order.index(row[1])))
    rows = tuple((feature, LOOKS[kind], n, round(mean, 4)) for feature, kind, n, mean in found)
    last = [(n, mean) for _, kind, n, mean in found if kind == order[-1]]
    n = sum(count for count, _ in last)
    value = round(sum(count * mean for count, mean in last) / n, 4) if n else None
    return Figure(
        "retention",
        "Still there",
        "share",
        value,
        n,
        columns=("feature", "after", "n", "share"),
        rows=rows,
    )
