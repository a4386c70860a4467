"""All figures of a span of time, as `symbiote report` prints them and the dashboard draws them."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from typing import Any

from symbiote.core.errors import UserError
from symbiote.metrics.gauges import ALL, BY_NAME
from symbiote.metrics.reading import Base, Figure, Span

SCHEMA = 1
UNITS = {"m": 60.0, "h": 3_600.0, "d": 86_400.0, "w": 604_800.0}
_AGO = re.compile(r"(\d{1,5})([mhdw])")
_DATE = "%Y-%m-%d"


def figures(base: Base, span: Span, names: Sequence[str] = ()) -> list[Figure]:
    """Those with these names, all without any. Raises `UserError` for a name that there is not."""
    if unknown := [name for name in names if name not in BY_NAME]:
        raise UserError(f"There is no figure {unknown[0]!r}. There are: {', '.join(BY_NAME)}.")
    chosen = [BY_NAME[name] for name in names] if names else list(ALL)
    return [gauge.figure(base, span) for gauge in chosen]


def report(found: Sequence[Figure], span: Span) -> dict[str, Any]:
    """The keys of the command-line contract, and every figure whole under `figures`."""
    by = {figure.name: figure for figure in found}

    def value(name: str) -> float | None:
        return by[name].value if name in by else None

    def rows(name: str) -> tuple[tuple[Any, ...], ...]:
        return by[name].rows if name in by else ()

    return {
        "schema": SCHEMA,
        "since": span.since or None,
        "until": span.until if span.until != float("inf") else None,
        "latency_ms": _latencies(rows("latency")),
        "tokens_per_second": value("tokens_per_second"),
        "acceptance": value("acceptance"),
        "retention": _retention(rows("retention")),
        "retained_characters_per_hour": value("retained_characters_per_hour"),
        "iterations_per_feature": value("iterations"),
        "flow_interruptions": value("flow_interruptions"),
        "lines_per_hour": value("lines_per_hour"),
        "silences": {reason: n for reason, n, _ in rows("silences")},
        "origins": {origin: n for origin, n, _ in rows("reuse")},
        "cost": value("cost"),
        "figures": [figure.as_dict() for figure in found],
    }


def _latencies(rows: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Of each feature, by the engine and model that answered most."""
    found: dict[str, Any] = {}
    for feature, engine, model, n, p50, p95, p99 in rows:
        one = {"engine": engine, "model": model, "n": n, "p50": p50, "p95": p95, "p99": p99}
        found.setdefault(feature, one)
    return found


def _retention(rows: Sequence[tuple[Any, ...]]) -> dict[str, float]:
    """The mean of all features, weighted by how many looks there were."""
    sums: dict[str, tuple[int, float]] = {}
    for _, after, n, share in rows:
        count, total = sums.get(after, (0, 0.0))
        sums[after] = (count + n, total + n * share)
    return {after: round(total / count, 4) for after, (count, total) in sums.items()}


def moment(text: str, now: float) -> float:
    """Unix seconds of `7d`, `12h`, `30m`, `2w` (before `now`) or `2026-11-22` (its beginning, local time).

    Raises `UserError` for anything else.
    """
    if found := _AGO.fullmatch(text):
        return now - int(found[1]) * UNITS[found[2]]
    try:
        return time.mktime(time.strptime(text, _DATE))
    except (ValueError, OverflowError):
        raise UserError(
            f"{text!r} is no time: write 30m, 12h, 7d, 2w or a day like 2026-11-22."
        ) from None
