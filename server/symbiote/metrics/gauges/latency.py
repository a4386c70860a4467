"""How long answers take, from the request's arrival at the daemon to its end: computed suggestions only."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span

SHARES = (0.5, 0.95, 0.99)


def figure(base: Base, span: Span) -> Figure:
    """`value` is the p50 of all rows; the rows are by feature, engine and model."""
    where = span.where("asks", COMPUTED)
    groups = base.rows(
        f"SELECT feature, engine, model, COUNT(*) FROM asks WHERE {where[0]} "
        "GROUP BY feature, engine, model ORDER BY 4 DESC, 1, 2, 3",
        where[1],
    )
    rows = []
    for *group, _ in groups:
        condition = f"{where[0]} AND feature = ? AND engine = ? AND model = ?"
        n, ranks = base.ranks("total_ms", "asks", (condition, [*where[1], *group]), SHARES)
        rows.append((*group, n, *ranks))
    n, (p50, *_) = base.ranks("total_ms", "asks", where, SHARES[:1])
    columns = ("feature", "engine", "model", "n", "p50", "p95", "p99")
    return Figure("latency", "Latency", "ms", p50, n, columns=columns, rows=tuple(rows))
