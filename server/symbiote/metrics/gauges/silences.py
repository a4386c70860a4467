"""Why nothing was shown: every reason, with how often."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """`value` is how many; rows: reason, how often, its share of all silences."""
    found = base.counts(span, ("outcome",), ("n",), "outcome <> 'shown'")
    found.sort(key=lambda row: (-row[1], row[0]))
    n = sum(count for _, count in found)
    rows = tuple((reason, count, round(count / n, 4)) for reason, count in found)
    columns = ("reason", "n", "share")
    return Figure(
        "silences", "Silences", "asks", float(n) if n else None, n, columns=columns, rows=rows
    )
