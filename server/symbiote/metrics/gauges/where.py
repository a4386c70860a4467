"""By language, project and task: asks, what was shown, accepted."""

from __future__ import annotations

from symbiote.metrics.gauges.acceptance import TAKEN
from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share

MOST = 20
"""Of each."""


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks")
    rows = []
    for by in ("language", "project", "task"):
        found = base.rows(
            f"SELECT {by}, COUNT(*), SUM({SHOWN}), SUM({SHOWN} AND {TAKEN}) FROM asks WHERE {condition} "
            f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {MOST}",
            values,
        )
        rows += [
            (by, name, n, shown, hits, share(hits, shown)[0]) for name, n, shown, hits in found
        ]
    n = sum(row[2] for row in rows if row[0] == "language")
    columns = ("by", "name", "asked", "shown", "accepted", "acceptance")
    return Figure("where", "Where", "asks", None, n, columns=columns, rows=tuple(rows))
