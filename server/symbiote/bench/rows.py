"""The rows of `symbiote bench goals`: what was measured, against what was aimed at. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from symbiote.bench.figures import intervals, percentiles
from symbiote.bench.intervals import ratio

SHARES = (50, 95, 99)
PLACES = tuple(f"p{share}" for share in SHARES)
MOST, LEAST = "≤", "≥"

UNITS = {"ms": " ms", "tokens": "", "tokens/s": " tokens/s", "×": "×"}

Limits = Mapping[str, float]
"""Percentile (`p50`, `p95`, `p99`) to the number it is held against."""


@dataclass(frozen=True, slots=True)
class Row:
    """`figures` are percentiles in `unit` ("ms", "tokens", "tokens/s", "×"), `interval` their 95 % intervals where they were made.

    `holds` is None without a goal or without a figure; `note` says what else there is to know, or why nothing was measured.
    """

    what: str
    goal: str = ""
    unit: str = "ms"
    n: int = 0
    figures: Mapping[str, float | None] = field(default_factory=dict)
    interval: Mapping[str, Sequence[float] | None] = field(default_factory=dict)
    holds: bool | None = None
    note: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def held(
    what: str,
    figures: Mapping[str, float | None],
    limits: Limits,
    *,
    unit: str = "ms",
    sense: str = MOST,
    n: int = 0,
    interval: Mapping[str, Sequence[float] | None] | None = None,
    unanswered: int | None = None,
    note: str = "",
) -> Row:
    """Figures against their limits; `unanswered`, where given, must be 0."""
    goal = ", ".join(f"{place} {sense} {limit:g}{UNITS[unit]}" for place, limit in limits.items())
    holds = _holds(figures, limits, sense)
    if unanswered is not None:
        goal += ", 0 unanswered"
        note = ", ".join(part for part in (note, f"{unanswered} unanswered") if part)
        holds = holds and not unanswered
    return Row(what, goal, unit, n, figures, interval or {}, holds, note)


def measured(what: str, values: Sequence[float], limits: Limits | None = None, **more: Any) -> Row:
    """Percentiles of `values`, which must stay below their limits; `more` as in `held`."""
    found, around = percentiles(sorted(values), SHARES), intervals(values)
    return held(what, found, limits or {}, n=len(values), interval=around, **more)


def compared(
    what: str,
    over: Sequence[float],
    under: Sequence[float],
    limits: Limits,
    *,
    places: Sequence[str] = ("p50",),
    **more: Any,
) -> Row:
    """How many times the percentiles of `under` those of `over` are, which must stay below their limits."""
    found = {place: ratio(over, under, int(place[1:]) / 100) for place in places}
    return times(what, found, limits, n=min(len(over), len(under)), **more)


def times(
    what: str, found: Mapping[str, Sequence[float] | None], limits: Limits, **more: Any
) -> Row:
    """A row of ratios, each with its interval: (ratio, low, high)."""
    figures = {place: round(one[0], 2) if one else None for place, one in found.items()}
    around = {
        place: [round(number, 2) for number in one[1:]] if one else None
        for place, one in found.items()
    }
    return held(what, figures, limits, unit="×", interval=around, **more)


def unmeasured(what: str, goal: str, why: str) -> Row:
    return Row(what, goal, note=f"not measured: {why}")


def _holds(figures: Mapping[str, float | None], limits: Limits, sense: str) -> bool | None:
    """Whether every limit is kept; None where there is none, or nothing to hold against it."""
    pairs = [(figures.get(place), limit) for place, limit in limits.items()]
    if not pairs or any(figure is None for figure, _ in pairs):
        return None
    return all(
        figure <= limit if sense == MOST else figure >= limit
        for figure, limit in pairs
        if figure is not None
    )


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows, as `Row.as_dict` has them, in markdown; what is not in milliseconds says its unit."""
    lines = ["| what | goal | n | p50 | p95 | p99 | holds? |", "|---|---|---|---|---|---|---|"]
    for row in rows:
        what = row["what"] + (f", {row['unit']}" if row["unit"].startswith("tokens") else "")
        what += f" ({row['note']})" if row["note"] else ""
        cells = [what, row["goal"] or "–", f"{row['n']:,}" if row["n"] else "–"]
        cells += [_cell(row, place) for place in PLACES]
        cells.append({None: "–", True: "yes", False: "**no**"}[row["holds"]])
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(row: Mapping[str, Any], place: str) -> str:
    """A figure, and its interval where there is one."""
    figure, around = row["figures"].get(place), row["interval"].get(place)
    if figure is None:
        return "–"
    unit = "×" if row["unit"] == "×" else ""
    said = f"{_number(figure)}{unit}"
    return f"{said} ({_number(around[0])}–{_number(around[1])})" if around else said


def _number(value: float) -> str:
    """Three digits, or whole: nothing measured here is known better."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
