"""What answers from outside cost, in USD, by whom they came from."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """Rows: engine, model, feature, answers, USD; answers without a known price count, their cost does not."""
    condition, values = span.where("asks", "asks.attempts > 0")
    found = base.rows(
        "SELECT engine, model, feature, COUNT(*), ROUND(SUM(usd), 6), SUM(usd IS NULL) "
        f"FROM asks WHERE {condition} GROUP BY engine, model, feature ORDER BY 5 DESC, 1, 2, 3",
        values,
    )
    n, unknown = sum(row[3] for row in found), sum(row[5] for row in found)
    value = round(sum(row[4] or 0.0 for row in found), 6) if n else None
    note = f"{unknown} without a known price" if unknown else ""
    columns = ("engine", "model", "feature", "n", "usd")
    rows = tuple(row[:5] for row in found)
    return Figure("cost", "Cost", "USD", value, n, columns=columns, rows=rows, note=note)
