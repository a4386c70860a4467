"""How often an answer was computed without what was still being prepared for its line."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    condition, values = span.where("asks", COMPUTED, "asks.late IS NOT NULL")
    n, hits = base.one(f"SELECT COUNT(*), SUM(late) FROM asks WHERE {condition}", values)
    value, low, high = share(hits or 0, n)
    return Figure("context_lateness", "Context came late", "share", value, n, low, high)
