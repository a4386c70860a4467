"""What broke the flow in sessions: interruptions by cause, and how many there are in half an hour."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span

HALF_HOUR = 1_800.0


def figure(base: Base, span: Span) -> Figure:
    """`value` is interruptions by 30 minutes of sessions; rows: cause, how often, seconds lost; `n` counts sessions."""
    condition, values = span.where("events", "events.kind = 'interrupted'")
    rows = base.rows(
        "SELECT cause, COUNT(*), ROUND(SUM(value), 1) "
        f"FROM events WHERE {condition} GROUP BY cause ORDER BY 2 DESC, 1",
        values,
    )
    condition, values = span.where("sessions", "sessions.ended IS NOT NULL")
    n, seconds = base.one(
        f"SELECT COUNT(*), SUM(ended - at - paused_s) FROM sessions WHERE {condition}",
        values,
    )
    count = sum(row[1] for row in rows)
    value = round(count * HALF_HOUR / seconds, 2) if seconds and seconds > 0 else None
    return Figure(
        "flow_interruptions",
        "Interruptions in half an hour",
        "interruptions",
        value,
        n,
        columns=("cause", "n", "seconds"),
        rows=tuple(rows),
    )
