"""How much of what was accepted is there still after 30 seconds, 2, 5 and 10 minutes."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span
from symbiote.metrics.tallies import LOOKS, TEN_THOUSANDTHS

AFTER = tuple(LOOKS.values())


def figure(base: Base, span: Span) -> Figure:
    """`value` is the mean after ten minutes; rows: feature, after, how many looks, the mean share that was left (0 to 1)."""
    sums = [f"{what}_{after}" for after in AFTER for what in ("n", "left")]
    rows, texts, points = [], 0, 0
    for feature, *found in sorted(base.counts(span, ("feature",), sums)):
        for after, n, left in zip(AFTER, found[::2], found[1::2], strict=True):
            if n:
                rows.append((feature, after, n, _mean(left, n)))
        texts, points = texts + found[-2], points + found[-1]
    return Figure(
        "retention",
        "Still there",
        "share",
        _mean(points, texts) if texts else None,
        texts,
        columns=("feature", "after", "n", "share"),
        rows=tuple(rows),
    )


def _mean(points: int, n: int) -> float:
    return round(points / n / TEN_THOUSANDTHS, 4)
