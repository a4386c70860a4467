"""What became of rewrites: how many were asked for, came to their end, were kept, undone or thrown away."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

KINDS = (
    *("asked", "first_text", "done", "accepted", "discarded", "stopped"),
    *("hunks_kept", "hunks_undone", "version", "iterated", "edited_after"),
)


def figure(base: Base, span: Span) -> Figure:
    """`value` is the p50 of the time to the first text (ms); rows: what happened, how often, and hunks where those count."""
    kinds = ", ".join(map(repr, KINDS))
    condition, values = span.where("events", "events.feature = 'rewrite'", f"kind IN ({kinds})")
    found = {
        kind: (n, sum_)
        for kind, n, sum_ in base.rows(
            f"SELECT kind, COUNT(*), SUM(value) FROM events WHERE {condition} GROUP BY kind",
            values,
        )
    }
    rows = tuple(
        (kind, found[kind][0], round(found[kind][1] or 0) if kind.startswith("hunks") else None)
        for kind in KINDS
        if kind in found
    )
    where = span.where("events", "events.feature = 'rewrite'", "events.kind = 'first_text'")
    n, (p50,) = base.ranks("value", "events", where, (0.5,))
    return Figure("rewrites", "Rewrites", "ms", p50, n, columns=("event", "n", "hunks"), rows=rows)
