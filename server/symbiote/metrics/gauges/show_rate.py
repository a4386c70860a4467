"""Of what was asked, how much came to something that was shown."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span, share


def figure(base: Base, span: Span) -> Figure:
    """Asks that were withdrawn or overtaken by a newer one are none: nobody waited for them."""
    counts: dict[str, list[int]] = {}
    withdrawn = "outcome NOT IN ('cancelled', 'superseded')"
    for feature, outcome, n in base.counts(span, ("feature", "outcome"), ("n",), withdrawn):
        one = counts.setdefault(feature, [0, 0])
        one[0] += n
        one[1] += n if outcome == "shown" else 0
    found = sorted(counts.items(), key=lambda item: (-item[1][0], item[0]))
    rows = tuple((feature, n, hits, *share(hits, n)) for feature, (n, hits) in found)
    n, hits = sum(row[1] for row in rows), sum(row[2] for row in rows)
    value, low, high = share(hits, n)
    columns = ("feature", "asked", "shown", "share", "low", "high")
    return Figure("show_rate", "Shown", "share", value, n, low, high, columns, rows)
