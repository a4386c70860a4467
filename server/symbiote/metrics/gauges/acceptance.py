"""Of what was shown, how much was accepted: whole suggestions by the editor's word, and rewrites."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    found = base.counts(span, ("feature", "model"), ("n", "accepted"), "outcome = 'shown'")
    found.sort(key=lambda row: (-row[2], row[0], row[1]))
    rows = [(*group, n, hits, *share(hits, n)) for *group, n, hits in found]
    n, hits = sum(row[2] for row in rows), sum(row[3] for row in rows)
    value, low, high = share(hits, n)
    columns = ("feature", "model", "shown", "accepted", "share", "low", "high")
    return Figure(
        "acceptance", "Acceptance", "share", value, n, low, high, columns=columns, rows=tuple(rows)
    )
