"""Before and after: two sets of figures, one number each by session or by day, and how sure their difference is. Pure.

The difference of medians with its 95 % interval by resampling both sets (percentile bootstrap, Efron 1979), and Cliff's delta
(1993): how much likelier a number of the second set is above one of the first than below. Few sessions say little, and that is
said: with fewer than `ENOUGH` on either side there is no verdict, whatever the numbers look like.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

RESAMPLES, SEED = 2_000, 20_26
ENOUGH = 5
"""Numbers on each side. With four against four even a complete separation has one chance in 35 to be luck (exact rank test)."""
OUTSIDE = 0.05
LARGE, SMALL = 0.474, 0.147
"""Of Cliff's delta: what Romano et al. (2006) call large, and what they call negligible below."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One figure: medians of both sets, their difference (after less before) with its 95 % interval, and Cliff's delta.

    `verdict` is a sentence; numbers are None where a side is empty.
    """

    name: str
    n_before: int
    n_after: int
    before: float | None = None
    after: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    delta: float | None = None
    verdict: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def compare(name: str, before: Sequence[float], after: Sequence[float]) -> Effect:
    """What changed. The same for the same numbers: the resampling is seeded."""
    if not before or not after:
        side = "before" if not before else "after"
        return Effect(
            name, len(before), len(after), verdict=f"Nothing to compare: {side} is empty."
        )
    one, other = median(before), median(after)
    low, high = _interval(before, after)
    delta = cliff(before, after)
    return Effect(
        name,
        len(before),
        len(after),
        round(one, 4),
        round(other, 4),
        round(other - one, 4),
        round(low, 4),
        round(high, 4),
        round(delta, 4),
        _verdict(before, after, low, high, delta),
    )


def cliff(before: Sequence[float], after: Sequence[float]) -> float:
    """-1: all of `after` is below all of `before`; 0: neither; 1: above."""
    above = sum((b > a) - (b < a) for a in before for b in after)
    return above / (len(before) * len(after))


def _interval(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    rng = random.Random(SEED)  # noqa: S311
    drawn = sorted(
        median(rng.choices(after, k=len(after))) - median(rng.choices(before, k=len(before)))
        for _ in range(RESAMPLES)
    )
    cut = int(RESAMPLES * OUTSIDE / 2)
    return drawn[cut], drawn[-1 - cut]


def _verdict(
    before: Sequence[float], after: Sequence[float], low: float, high: float, delta: float
) -> str:
    if min(len(before), len(after)) < ENOUGH:
        return f"Not enough to tell: {ENOUGH} on each side are the least, there are {len(before)} and {len(after)}."
    if low <= 0 <= high:
        return "No difference that these numbers show."
    size = "large" if abs(delta) >= LARGE else "small" if abs(delta) >= SMALL else "negligible"
    return f"{'More' if low > 0 else 'Less'} than before; the effect is {size}."
