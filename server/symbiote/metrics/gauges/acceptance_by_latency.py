"""Acceptance by how long the suggestion took: computed completions, by band of milliseconds."""

from __future__ import annotations

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span, share

BANDS = (50, 100, 200, 350, 500, 1_000)


def figure(base: Base, span: Span) -> Figure:
    """Rows: from, up to (ms, not included; None: no end), shown, accepted, share with its interval."""
    condition, values = span.where("asks", COMPUTED, "asks.feature = 'complete'")
    cases = " ".join(f"WHEN total_ms < {ms} THEN {at}" for at, ms in enumerate(BANDS))
    band = f"CASE {cases} ELSE {len(BANDS)} END"
    found = base.rows(
        f"SELECT {band}, COUNT(*), SUM(accepted) FROM asks WHERE {condition} GROUP BY 1 ORDER BY 1",
        values,
    )
    edges = (0, *BANDS, None)
    rows = tuple((edges[at], edges[at + 1], n, hits, *share(hits, n)) for at, n, hits in found)
    return Figure(
        "acceptance_by_latency",
        "Acceptance by latency",
        "share",
        None,
        sum(row[2] for row in rows),
        columns=("from", "to", "shown", "accepted", "share", "low", "high"),
        rows=rows,
    )
