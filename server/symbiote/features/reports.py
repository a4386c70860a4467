"""Figures for whoever asks a running server: the same that `symbiote report` prints, read by a thread of its own."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping, Sequence
from typing import Any

from symbiote.core.errors import UserError
from symbiote.features.house import House
from symbiote.metrics.reading import NAMES, Span, reading
from symbiote.metrics.report import figures

MOST_ROWS = 2_000
"""Of one figure that goes to a window."""


async def report(
    house: House,
    since: float | None,
    until: float | None,
    filters: Mapping[str, str],
    names: Sequence[str],
) -> list[dict[str, Any]]:
    """The figures with these names (all without any) of what has happened so far.

    The event loop does not wait. Raises `UserError` for a name, a filter or a span that cannot be, and where there is no
    ledger to read.
    """
    span = _span(since, until, filters)
    return await asyncio.to_thread(_read, house, span, names)


def _span(since: float | None, until: float | None, filters: Mapping[str, str]) -> Span:
    if unknown := [name for name in filters if name not in NAMES]:
        raise UserError(f"Nothing can be chosen by {unknown[0]!r}. It can by: {', '.join(NAMES)}.")
    start, end = since or 0.0, math.inf if until is None else until
    if not start < end:
        raise UserError("The end of the time must come after its beginning.")
    return Span(start, end, **filters)


def _read(house: House, span: Span, names: Sequence[str]) -> list[dict[str, Any]]:
    house.ledger.flush()
    try:
        with reading(house.ledger.path) as base:
            found = [figure.as_dict() for figure in figures(base, span, names)]
    except UserError as error:
        if house.ledger.trouble:  # why there is no file, or none that can be read
            raise UserError(f"{error} {house.ledger.trouble}") from error
        raise
    return [one | {"rows": one["rows"][:MOST_ROWS]} for one in found]
