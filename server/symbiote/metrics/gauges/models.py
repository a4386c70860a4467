"""Models side by side on the user's own work: what was accepted, how long answers took, what of them is there still."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Row, Span, share
from symbiote.metrics.spread import interval, rank, spreads, total
from symbiote.metrics.tallies import TEN_THOUSANDTHS

COLUMNS = (
    *("feature", "model", "shown", "accepted", "share", "low", "high"),
    *("computed", "p50", "p50 low", "p50 high", "p95", "looked", "still"),
)


def figure(base: Base, span: Span) -> Figure:
    """Rows by feature and model, the most first. Shares have Wilson intervals, the p50 its interval by order statistics;
    `still` is the mean share that was left after ten minutes, of `looked` texts."""
    by = ("feature", "model")
    seen = base.counts(span, by, ("n", "accepted"), "outcome = 'shown'")
    kept = {
        (feature, model): (n, left)
        for feature, model, n, left in base.counts(span, by, ("n_10m", "left_10m"))
    }
    times = spreads(base, span, by)
    rows: list[Row] = []
    for feature, model, n, hits in seen:
        spread = times.get((feature, model), [])
        looked, left = kept.get((feature, model), (0, 0))
        still = round(left / looked / TEN_THOUSANDTHS, 4) if looked else None
        fast = (total(spread), rank(spread, 0.5), *interval(spread), rank(spread, 0.95))
        rows.append((feature, model, n, hits, *share(hits, n), *fast, looked, still))
    rows.sort(key=lambda row: (-row[2], row[0], row[1]))
    n = sum(row[2] for row in rows)
    return Figure("models", "Models", "shown", None, n, columns=COLUMNS, rows=tuple(rows))
