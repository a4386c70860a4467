"""Lines that were added by hour in which something was written."""

from __future__ import annotations

from symbiote.metrics.gauges.retained_characters_per_hour import hours
from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """Rows by task: lines added, less those that were removed in the same minute. `n` counts minutes and windows."""
    condition, values = span.where("edits")
    found = base.rows(
        f"SELECT task, SUM(lines), COUNT(*) FROM edits WHERE {condition} GROUP BY task ORDER BY 2 DESC, 1",
        values,
    )
    lines, n, active = sum(row[1] for row in found), sum(row[2] for row in found), hours(base, span)
    value = round(lines / active, 1) if active else None
    rows = tuple((task, total) for task, total, _ in found)
    return Figure(
        "lines_per_hour",
        "Lines per active hour",
        "lines/h",
        value,
        n,
        columns=("task", "lines"),
        rows=rows,
    )
