"""How long computed answers take, by feature of the tool, whatever the model: p50, p95, p99."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span
from symbiote.metrics.spread import rank, spreads, total

SHARES = (0.5, 0.95, 0.99)


def figure(base: Base, span: Span) -> Figure:
    """Rows to 0.1 ms, the most first."""
    found = spreads(base, span, ("feature",))
    rows = [
        (feature, total(one), *(rank(one, share) for share in SHARES))
        for (feature,), one in found.items()
    ]
    rows.sort(key=lambda row: (-row[1], row[0]))
    n = sum(row[1] for row in rows)
    columns = ("feature", "n", "p50", "p95", "p99")
    title = "Latency by feature"
    return Figure("latency_by_feature", title, "ms", None, n, columns=columns, rows=tuple(rows))
