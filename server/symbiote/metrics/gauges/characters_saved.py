"""Characters that were not typed: those of accepted suggestions, of accepted parts, and the new text of accepted rewrites."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

SUMS = ("accepted", "saved", "parts", "saved_parts")


def figure(base: Base, span: Span) -> Figure:
    """Rows: how it was accepted, how often, how many characters. A part of what was accepted whole later counts once."""
    found = {feature: sums for feature, *sums in base.counts(span, ("feature",), SUMS)}
    whole, rewritten = (found.get(feature, [0] * 4) for feature in ("complete", "rewrite"))
    rows = (
        ("whole suggestions", whole[0], whole[1]),
        ("parts of suggestions", whole[2], whole[3]),
        ("rewrites", rewritten[0], rewritten[1]),
    )
    n = sum(row[1] for row in rows)
    total = float(sum(row[2] for row in rows)) if n else None
    columns = ("accepted", "n", "characters")
    return Figure(
        "characters_saved", "Characters saved", "characters", total, n, columns=columns, rows=rows
    )
