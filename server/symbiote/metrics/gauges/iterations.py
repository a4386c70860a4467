"""How often something was said again before it was good: turns of each rewrite, and rewrites' turns by task."""

from __future__ import annotations

from symbiote.metrics.reading import Base, Figure, Span


def figure(base: Base, span: Span) -> Figure:
    """`value` is the mean of turns of a rewrite that was asked for; rows by task: rewrites, turns, turns by rewrite.

    A follow-up is noted of the rewrite's first turn (`iterated`), so turns are the first ones and all follow-ups.
    """
    condition, values = span.where("events", "events.kind = 'iterated'")
    again: dict[str, int] = dict(
        base.rows(
            f"SELECT task, COUNT(*) FROM events WHERE {condition} GROUP BY task",
            values,
        )
    )
    asked: dict[str, int] = dict(base.counts(span, ("task",), ("n",), "feature = 'rewrite'"))
    rows = []
    for task, turns in sorted(asked.items(), key=lambda item: (-item[1], item[0])):
        begun = max(1, turns - again.get(task, 0))
        rows.append((task, begun, turns, round(turns / begun, 3)))
    begun, turns = sum(row[1] for row in rows), sum(row[2] for row in rows)
    value = round(turns / begun, 3) if begun else None
    columns = ("task", "rewrites", "turns", "turns by rewrite")
    return Figure(
        "iterations",
        "Iterations by feature",
        "turns",
        value,
        begun,
        columns=columns,
        rows=tuple(rows),
    )
