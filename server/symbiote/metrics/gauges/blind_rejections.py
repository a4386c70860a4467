"""Suggestions that were typed over at once, before anybody can have read them (`tallies.BLIND`): they only flickered."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    [(n, hits)] = base.counts(span, (), ("n", "blind"), "outcome = 'shown'", "feature = 'complete'")
    value, low, high = share(hits, n)
    return Figure("blind_rejections", "Blind rejections", "share", value, n, low, high)
