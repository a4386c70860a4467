"""Explicit cancels: suggestions that were sent away by Escape."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    [(n, hits)] = base.counts(
        span, (), ("n", "dismissed"), "outcome = 'shown'", "feature = 'complete'"
    )
    value, low, high = share(hits, n)
    return Figure("dismissals", "Explicit cancels", "share", value, n, low, high)
