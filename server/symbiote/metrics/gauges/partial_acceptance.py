"""Suggestions of which a part was taken by word or line: told from changes of the document that equal their beginning."""

from __future__ import annotations

from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share

PART = (
    "EXISTS (SELECT 1 FROM events WHERE events.ask = asks.id AND events.kind = 'accepted_part')"
    " AND NOT EXISTS (SELECT 1 FROM events WHERE events.ask = asks.id AND events.kind = 'accepted')"
)


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", SHOWN, "asks.feature = 'complete'")
    n, hits = base.one(
        f"SELECT COUNT(*), SUM({PART}) FROM asks WHERE {condition}",
        values,
    )
    value, low, high = share(hits or 0, n)
    return Figure("partial_acceptance", "Partial acceptance", "share", value, n, low, high)
