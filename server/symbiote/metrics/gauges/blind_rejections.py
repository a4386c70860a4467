"""Suggestions that were typed over at once, before anybody can have read them: they only flickered."""

from __future__ import annotations

from symbiote.metrics.reading import SHOWN, Base, Figure, Span, share

READ = 0.75
"""Seconds somebody needs to read a suggestion, as in `features/rejected.py`."""
BLIND = (
    "EXISTS (SELECT 1 FROM events WHERE events.ask = asks.id AND events.kind = 'ignored'"
    f" AND events.value < {READ})"
)


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", SHOWN, "asks.feature = 'complete'")
    n, hits = base.one(
        f"SELECT COUNT(*), SUM({BLIND}) FROM asks WHERE {condition}",
        values,
    )
    value, low, high = share(hits or 0, n)
    return Figure("blind_rejections", "Blind rejections", "share", value, n, low, high)
