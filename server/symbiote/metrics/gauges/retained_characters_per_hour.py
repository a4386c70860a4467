"""The headline: characters of accepted text that are there still at the last look, by hour in which something was written."""

from __future__ import annotations

from symbiote.metrics.gauges.retention import LOOKS
from symbiote.metrics.reading import Base, Figure, Span

MINUTES = "SELECT COUNT(DISTINCT CAST(at / 60 AS INTEGER)) FROM edits WHERE {}"


def hours(base: Base, span: Span) -> float:
    """Hours in which somebody wrote: minutes with an edit, by 60. Two windows in one minute are one minute."""
    condition, values = span.where("edits")
    return float(base.one(MINUTES.format(condition), values)[0]) / 60


def figure(base: Base, span: Span) -> Figure:
    """Text nobody could look at again (its document was closed at once) counts nothing. Rows: characters, hours."""
    kinds = ", ".join(map(repr, LOOKS))
    condition, values = span.where("events", f"events.kind IN ({kinds})")
    n, kept = base.one(
        # SQLite gives the other columns of the row that has the maximum: the last look at each text.
        "SELECT COUNT(*), SUM(value * characters) FROM (SELECT events.value AS value, asks.characters AS characters, "
        f"MAX(events.at) FROM events JOIN asks ON asks.id = events.ask WHERE {condition} GROUP BY events.ask)",
        values,
    )
    active = hours(base, span)
    value = round((kept or 0.0) / active, 1) if active else None
    return Figure(
        "retained_characters_per_hour",
        "Retained characters per active hour",
        "characters/h",
        value,
        n,
        columns=("characters", "hours"),
        rows=((round(kept or 0.0), round(active, 3)),),
    )
