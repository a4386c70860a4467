"""The headline: characters of accepted text that are there still at the last look, by hour in which something was written."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span
from symbiote.metrics.tallies import TEN_THOUSANDTHS

MINUTES = "SELECT COUNT(DISTINCT CAST(at / 60 AS INTEGER)) FROM edits WHERE {}"


def hours(base: Base, span: Span) -> float:
    """Hours in which somebody wrote: minutes with an edit, by 60. Two windows in one minute are one minute."""
    condition, values = span.where("edits")
    return float(base.one(MINUTES.format(condition), values)[0]) / 60


def figure(base: Base, span: Span) -> Figure:
    """Text nobody could look at again (its document was closed at once) counts nothing. Rows: characters, hours; `n`
    counts texts that were looked at."""
    [(n, points)] = base.counts(span, (), ("looked", "kept"))
    active, kept = hours(base, span), points / TEN_THOUSANDTHS
    value = round(kept / active, 1) if active else None
    return Figure(
        "retained_characters_per_hour",
        "Retained characters per active hour",
        "characters/h",
        value,
        n,
        columns=("characters", "hours"),
        rows=((round(kept), round(active, 3)),),
    )
