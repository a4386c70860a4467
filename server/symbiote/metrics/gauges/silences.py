"""Why nothing was shown: every reason, with how often."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """`value` is how many; rows: reason, how often, its share of all silences."""
    condition, values = span.where("asks", "asks.outcome <> 'shown'")
    found = base.rows(
        f"SELECT outcome, COUNT(*) FROM asks WHERE {condition} GROUP BY outcome ORDER BY 2 DESC, 1",
        values,
    )
    n = sum(count for _, count in found)
    rows = tuple((reason, count, round(count / n, 4)) for reason, count in found)
    columns = ("reason", "n", "share")
    return Figure(
        "silences", "Silences", "asks", float(n) if n else None, n, columns=columns, rows=rows
    )
