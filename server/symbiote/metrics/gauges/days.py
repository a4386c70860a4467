"""Day by day (UTC): asks, what was shown, accepted, and how fast computed completions were."""

from __future__ import annotations

from collections import Counter

from symbiote.metrics.reading import COMPUTED, Base, Figure, Span

DAY = "CAST(asks.at / 86400 AS INTEGER)"
_TENTH = "CAST(total_ms * 10 AS INTEGER)"


def figure(base: Base, span: Span) -> Figure:
    """Rows: the day's first second (Unix), asks, shown, accepted, computed completions, their p50 and p95 to 0.1 ms."""
    asked: Counter[int] = Counter()
    shown: dict[int, tuple[int, int]] = {}
    for day, outcome, n, accepted in base.counts(span, ("day", "outcome"), ("n", "accepted")):
        asked[day] += n
        if outcome == "shown":
            shown[day] = (n, accepted)
    condition, values = span.where("asks", COMPUTED, "asks.feature = 'complete'")
    times: dict[int, list[tuple[int, int]]] = {}
    for day, tenth, count in base.rows(
        f"SELECT {DAY}, {_TENTH}, COUNT(*) FROM asks WHERE {condition} GROUP BY 1, 2 ORDER BY 1, 2",
        values,
    ):
        times.setdefault(day, []).append((tenth, count))
    rows = []
    for day in sorted(asked):
        spread, rest = times.get(day, []), (asked[day], *shown.get(day, (0, 0)))
        n = sum(count for _, count in spread)
        rows.append((day * 86_400, *rest, n, _rank(spread, n, 0.5), _rank(spread, n, 0.95)))
    columns = ("day", "asked", "shown", "accepted", "computed", "p50", "p95")
    n = sum(row[1] for row in rows)
    return Figure("days", "Day by day", "asks", None, n, columns=columns, rows=tuple(rows))


def _rank(spread: list[tuple[int, int]], n: int, share: float) -> float | None:
    """The nearest rank among values that are counted, ascending."""
    left = share * n
    for tenth, count in spread:
        left -= count
        if left <= 1e-9:
            return tenth / 10
    return None
