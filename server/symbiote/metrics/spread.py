"""How computed latencies are spread, by groups: counted to 0.1 ms in SQL, ranked here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from symbiote.metrics.reading import COMPUTED, Base, Span

Spread = list[tuple[int, int]]
"""Tenths of milliseconds and how many, ascending."""
_TENTH = "CAST(total_ms * 10 AS INTEGER)"
_Z = 1.959964
"""Of a 95 % interval."""


def spreads(base: Base, span: Span, by: Sequence[str]) -> dict[tuple[Any, ...], Spread]:
    """Of each group of computed suggestions; `by` are columns of `asks`."""
    condition, values = span.where("asks", COMPUTED, "total_ms IS NOT NULL")
    names, keys = ", ".join(by), len(by)
    found: dict[tuple[Any, ...], Spread] = {}
    for *group, tenth, count in base.rows(
        f"SELECT {names}, {_TENTH}, COUNT(*) FROM asks WHERE {condition} "  # noqa: S608
        f"GROUP BY {names}, {keys + 1} ORDER BY {names}, {keys + 1}",
        values,
    ):
        found.setdefault(tuple(group), []).append((tenth, count))
    return found


def total(spread: Spread) -> int:
    return sum(count for _, count in spread)


def rank(spread: Spread, share: float) -> float | None:
    """The nearest rank, in ms; None of nothing."""
    return _at(spread, max(1, math.ceil(share * total(spread) - 1e-9)))


def interval(spread: Spread) -> tuple[float | None, float | None]:
    """The 95 % interval of the median, by order statistics: the ranks n/2 -/+ 1.96 sqrt(n)/2 (Conover 1999, 3.2).

    It assumes no distribution. None of fewer than six values: their extremes do not reach 95 %.
    """
    n = total(spread)
    if n < 6:
        return None, None
    half = _Z * math.sqrt(n) / 2
    return _at(spread, max(1, math.floor(n / 2 - half))), _at(
        spread, min(n, math.ceil(n / 2 + half) + 1)
    )


def _at(spread: Spread, place: int) -> float | None:
    """The value at this place, from 1."""
    for tenth, count in spread:
        place -= count
        if place <= 0:
            return tenth / 10
    return None
