"""Day by day (UTC), how much of what was accepted was there still after 30 seconds and after 10 minutes."""

from __future__ import annotations

from symbiote.metrics.reading import DAY, Base, Figure, Span
from symbiote.metrics.tallies import TEN_THOUSANDTHS


def figure(base: Base, span: Span) -> Figure:
    """Rows: the first second (Unix) of the day of the ask, looks and mean share (0 to 1) after 30 s, and after 10 minutes."""
    sums = ("n_30s", "left_30s", "n_10m", "left_10m")
    rows = [
        (day * DAY, early, _mean(left, early), late, _mean(rest, late))
        for day, early, left, late, rest in sorted(base.counts(span, ("day",), sums))
        if early or late
    ]
    n = sum(row[3] for row in rows)
    columns = ("day", "n 30s", "after 30s", "n 10m", "after 10m")
    title = "Still there, day by day"
    return Figure("retained_days", title, "share", None, n, columns=columns, rows=tuple(rows))


def _mean(left: int, n: int) -> float | None:
    return round(left / n / TEN_THOUSANDTHS, 4) if n else None
