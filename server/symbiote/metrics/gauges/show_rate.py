"""Of what was asked, how much came to something that was shown."""

from __future__ import annotations

from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    """Asks that were withdrawn or overtaken by a newer one are none: nobody waited for them."""
    condition, values = span.where("asks", "asks.outcome NOT IN ('cancelled', 'superseded')")
    found = base.rows(
        f"SELECT feature, COUNT(*), SUM({SHOWN}) FROM asks WHERE {condition} "
        "GROUP BY feature ORDER BY 2 DESC, 1",
        values,
    )
    rows = tuple((feature, n, hits, *share(hits, n)) for feature, n, hits in found)
    n, hits = sum(row[1] for row in rows), sum(row[2] for row in rows)
    value, low, high = share(hits, n)
    columns = ("feature", "asked", "shown", "share", "low", "high")
    return Figure("show_rate", "Shown", "share", value, n, low, high, columns, rows)
