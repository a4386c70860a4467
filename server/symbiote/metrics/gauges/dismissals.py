"""Explicit cancels: suggestions that were sent away by Escape."""

from __future__ import annotations

from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share

AWAY = "EXISTS (SELECT 1 FROM events WHERE events.ask = asks.id AND events.kind = 'dismissed')"


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", SHOWN, "asks.feature = 'complete'")
    n, hits = base.one(
        f"SELECT COUNT(*), SUM({AWAY}) FROM asks WHERE {condition}",
        values,
    )
    value, low, high = share(hits or 0, n)
    return Figure("dismissals", "Explicit cancels", "share", value, n, low, high)
