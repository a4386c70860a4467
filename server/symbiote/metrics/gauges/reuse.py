"""How suggestions came about: computed, or reused. Reused ones are in no latency figure."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """`value` is the share that was not computed for the ask; rows: origin, how often, share."""
    found = base.counts(span, ("origin",), ("n",), "outcome = 'shown'")
    found.sort(key=lambda row: (-row[1], row[0]))
    n = sum(count for _, count in found)
    rows = tuple((origin, count, round(count / n, 4)) for origin, count in found)
    computed = sum(count for origin, count in found if origin == "computed")
    value = round(1 - computed / n, 4) if n else None
    return Figure("reuse", "Reused", "share", value, n, columns=("origin", "n", "share"), rows=rows)
