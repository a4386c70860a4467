"""Characters that were not typed: those of accepted suggestions, of accepted parts, and the new text of accepted rewrites."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

WHOLE = "events.kind = 'accepted' AND events.feature = 'complete'"
PART = (
    "events.kind = 'accepted_part' AND NOT EXISTS "
    "(SELECT 1 FROM events AS whole WHERE whole.ask = events.ask AND whole.kind = 'accepted')"
)
REWRITTEN = "events.kind = 'accepted' AND events.feature = 'rewrite'"


def figure(base: Base, span: Span) -> Figure:
    """Rows: how it was accepted, how often, how many characters. A part of what was accepted whole later counts once."""
    rows = []
    for name, kind, characters in (
        ("whole suggestions", WHOLE, "asks.characters"),
        ("parts of suggestions", PART, "events.value"),
        ("rewrites", REWRITTEN, "asks.characters"),
    ):
        condition, values = span.where("events", kind)
        n, sum_ = base.one(
            f"SELECT COUNT(*), SUM({characters}) FROM events LEFT JOIN asks ON asks.id = events.ask WHERE {condition}",
            values,
        )
        rows.append((name, n, round(sum_ or 0)))
    n = sum(row[1] for row in rows)
    total = float(sum(row[2] for row in rows)) if n else None
    columns = ("accepted", "n", "characters")
    return Figure(
        "characters_saved",
        "Characters saved",
        "characters",
        total,
        n,
        columns=columns,
        rows=tuple(rows),
    )
