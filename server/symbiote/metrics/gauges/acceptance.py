"""Of what was shown, how much was accepted: whole suggestions by the editor's word, and rewrites."""

from __future__ import annotations

from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share

TAKEN = "EXISTS (SELECT 1 FROM events WHERE events.ask = asks.id AND events.kind = 'accepted')"


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", SHOWN)
    said = f"SELECT feature, model, COUNT(*), SUM({TAKEN}) FROM asks WHERE {condition}"
    groups = base.rows(f"{said} GROUP BY feature, model ORDER BY 3 DESC, 1, 2", values)
    rows = [(*group, n, hits, *share(hits, n)) for *group, n, hits in groups]
    n, hits = sum(row[2] for row in rows), sum(row[3] for row in rows)
    columns = ("feature", "model", "shown", "accepted", "share", "low", "high")
    return Figure(
        "acceptance", "Acceptance", "share", *_placed(hits, n), columns=columns, rows=tuple(rows)
    )


def _placed(hits: int, n: int) -> tuple[float | None, int, float | None, float | None]:
    value, low, high = share(hits, n)
    return value, n, low, high
