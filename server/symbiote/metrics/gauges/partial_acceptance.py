"""Suggestions of which a part was taken by word or line: told from changes of the document that equal their beginning."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    [(n, hits)] = base.counts(span, (), ("n", "parts"), "outcome = 'shown'", "feature = 'complete'")
    value, low, high = share(hits, n)
    return Figure("partial_acceptance", "Partial acceptance", "share", value, n, low, high)
