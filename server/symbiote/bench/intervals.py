"""Bootstrap intervals of percentiles and of their ratios. Pure, and seeded.

What a resample of n values has at rank k is the value at place floor(n * U) of the sorted sample, where U, the kth smallest
of n uniform numbers, follows the beta distribution with parameters k and n + 1 - k (David and Nagaraja, Order Statistics,
section 2.1). Drawing U gives what resampling gives, at a cost that does not depend on n. Keys that follow each other are
not independent, so that intervals of a replay are somewhat narrow.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import NamedTuple

from symbiote.metrics.readout import percentile

RESAMPLES, SEED = 2_000, 20_26
OUTSIDE = 0.05
"""The share of resamples that lies outside of an interval, half of it on either side."""


class Estimate(NamedTuple):
    """A figure and its 95 % interval; as JSON a list of three."""

    value: float
    low: float
    high: float

    def rounded(self) -> list[float]:
        return [_short(number) for number in self]


def estimate(values: Sequence[float], share: float) -> Estimate | None:
    """The nearest-rank percentile of `values`, in any order; `share` in (0, 1]. None without values."""
    if not values:
        return None
    drawn = sorted(resampled(sorted(values), share, random.Random(SEED)))  # noqa: S311
    return Estimate(percentile(sorted(values), share), *_bounds(drawn))


def ratio(over: Sequence[float], under: Sequence[float], share: float) -> Estimate | None:
    """How many times the percentile of `under` that of `over` is; each side is resampled by itself.

    None where a side is empty, or has a percentile of 0 in any resample.
    """
    if not over or not under:
        return None
    rng = random.Random(SEED)  # noqa: S311
    above, below = sorted(over), sorted(under)
    pairs = list(zip(resampled(above, share, rng), resampled(below, share, rng), strict=True))
    least = percentile(below, share)
    if least <= 0 or any(down <= 0 for _, down in pairs):
        return None
    drawn = sorted(up / down for up, down in pairs)
    return Estimate(percentile(above, share) / least, *_bounds(drawn))


def resampled(ordered: Sequence[float], share: float, rng: random.Random) -> list[float]:
    """The percentile of each of `RESAMPLES` resamples, in no order, of ascending values."""
    n = len(ordered)
    rank = max(1, math.ceil(share * n))
    places = (int(n * rng.betavariate(rank, n + 1 - rank)) for _ in range(RESAMPLES))
    return [ordered[min(place, n - 1)] for place in places]


def _bounds(drawn: Sequence[float]) -> tuple[float, float]:
    """Of ascending resamples."""
    return percentile(drawn, OUTSIDE / 2), percentile(drawn, 1 - OUTSIDE / 2)


def _short(number: float) -> float:
    return round(number, 3)
