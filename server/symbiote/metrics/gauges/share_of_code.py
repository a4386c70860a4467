"""The share of all written characters that came from suggestions and rewrites."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """Rows by language: typed by hand, with help, and the share (0 to 1). `n` counts minutes."""
    condition, values = span.where("edits")
    found = base.rows(
        "SELECT language, SUM(typed), SUM(helped), COUNT(*) "
        f"FROM edits WHERE {condition} GROUP BY language ORDER BY 3 DESC, 1",
        values,
    )
    rows = tuple((name, typed, helped, _share(typed, helped)) for name, typed, helped, _ in found)
    value = _share(sum(row[1] for row in rows), sum(row[2] for row in rows))
    return Figure(
        "share_of_code",
        "Written with help",
        "share",
        value,
        sum(row[3] for row in found),
        columns=("language", "typed", "helped", "share"),
        rows=rows,
    )


def _share(typed: int, helped: int) -> float | None:
    return round(helped / (typed + helped), 4) if typed + helped else None
