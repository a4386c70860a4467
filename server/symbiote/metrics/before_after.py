"""Before and after: flow sessions with help against those without, or two ranges of days."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from symbiote.core.errors import UserError
from symbiote.metrics.compare import Effect, compare
from symbiote.metrics.flow import against_baseline
from symbiote.metrics.gauges import BY_NAME
from symbiote.metrics.reading import Base, Span
from symbiote.metrics.report import moment

BASELINE = "baseline"
DAY = 86_400.0
MOST = 366
"""Days of a range."""
BY_DAY = (
    "retained_characters_per_hour",
    "lines_per_hour",
    "share_of_code",
    "acceptance",
    "latency",
    "iterations",
)
"""Figures that have one number a day."""


def effects(base: Base, what: str, span: Span, now: float) -> list[Effect]:
    """`what` is `baseline`, or `FROM..TO` (days, or times ago): the range before, day by day, against `span`.

    The day `TO` is not of the range. Raises `UserError` for anything else.
    """
    if what == BASELINE:
        return against_baseline(base, span)
    first, dots, last = what.partition("..")
    if not dots:
        raise UserError(f"{what!r} is neither {BASELINE} nor a range like 2026-11-01..2026-11-15.")
    before = replace(span, since=moment(first, now), until=moment(last, now) if last else now)
    if before.since >= before.until:
        raise UserError("The range must begin before it ends.")
    if before.since < span.until and span.since < before.until:
        raise UserError("The two ranges overlap: choose others with --since and --until.")
    one, other = _days(before, now), _days(span, now)
    return [
        compare(name, _numbers(base, name, one), _numbers(base, name, other)) for name in BY_DAY
    ]


def plain(found: Sequence[Effect]) -> list[dict[str, Any]]:
    return [effect.as_dict() for effect in found]


def _days(span: Span, now: float) -> list[Span]:
    """Its days, local time."""
    until, at, made = min(span.until, now), max(0.0, span.since), []
    while at < until:
        then = time.localtime(at + DAY)
        midnight = time.mktime((then.tm_year, then.tm_mon, then.tm_mday, 0, 0, 0, 0, 0, -1))
        end = min(until, midnight if midnight > at else at + DAY)
        made.append(replace(span, since=at, until=end))
        at = end
        if len(made) > MOST:
            raise UserError(f"A range has at most {MOST} days.")
    return made


def _numbers(base: Base, name: str, days: Sequence[Span]) -> list[float]:
    """One of each day on which there was anything to measure."""
    found = (BY_NAME[name].figure(base, day) for day in days)
    return [figure.value for figure in found if figure.n and figure.value is not None]
