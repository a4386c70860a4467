"""At which confidence a user takes suggestions, learned from what was accepted and what was rejected.

Confidence (the log-probability of an answer, nats) is cut into bands. In each, the share accepted is estimated as a
Beta distribution. The prior says that answers are as likely right as the model says, with odds that are moved alike in all
bands for users who take more or less of everything (the intercept of Platt 1999, slope 1), and weighs as much as `PRIOR` outcomes;
what happened at the other places of the same language weighs as much again. Shares rise with confidence: the pool of
adjacent violators (Ayer et al. 1955) makes them so. A band is hidden when its share is surely below the target, one below the
gate is shown when its share is surely above it. Old outcomes fade, so that what was learned can be unlearned.

Counts only: nothing of any text, no path, no time.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

EDGES = (-4.0, -3.0, -2.4, -2.0, -1.6, -1.3, -1.0, -0.8, -0.6, -0.4, -0.25, -0.1)
"""Nats. Band 0 lies below the first, band n from edge n - 1 on."""
BANDS = len(EDGES) + 1
PLACES = ("start", "end", "inside")
"""Of the cursor: at a line's start, at the end of what was begun, before other text of its line."""
PRIOR = 12.0
SHIFT = 1.0
"""Standard deviation of the prior of that move, in log-odds."""
MEMORY = 300.0
"""Outcomes of a language after which an older one counts a third (1/e)."""
SURE = 1.0
"""Standard deviations by which a share must be off the target."""
FLOOR = 0.5
"""Of what the shipped gate would show, so much is shown whatever was learned."""
ENOUGH = 50.0
"""Answers seen before anything is hidden: else nobody knows how much that would be."""
SEEN_MEMORY = 1_000.0
NEWTON = 8
DOWN = 2
"""Bands below the shipped gate that can be shown."""
UNKNOWN = 0.15
"""Target for models whose gate nobody measured: who takes less than one in seven is disturbed more than helped."""
HOPE = 0.25
"""Prior share for them, where the model itself does not say more."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The gate (nats) and why: in the band from `low` to `high`, the lowest shown or the one hidden last, `accepted` of
    `outcomes` (both faded) were accepted, which with the prior makes `share`; `target` is wanted. `total` outcomes count in
    the language. `below` is the edge to try out, None where none is to be tried.
    """

    gate: float
    low: float
    high: float
    accepted: float
    outcomes: float
    share: float
    target: float
    total: float
    below: float | None


def _zeros() -> list[float]:
    return [0.0] * BANDS


@dataclass(slots=True)
class Tally:
    """Outcomes by band, faded."""

    accepted: list[float] = field(default_factory=_zeros)
    rejected: list[float] = field(default_factory=_zeros)

    def fade(self, by: float) -> None:
        self.accepted = [count * by for count in self.accepted]
        self.rejected = [count * by for count in self.rejected]

    @property
    def total(self) -> float:
        return sum(self.accepted) + sum(self.rejected)


class Acceptance:
    """What one user does with one model's suggestions in one language."""

    def __init__(self) -> None:
        self.places = {place: Tally() for place in PLACES}
        self.seen = _zeros()
        self._sights = 0
        self._known: dict[tuple[str, float], Estimate] = {}

    def note(self, place: str, confidence: float, *, accepted: bool) -> None:
        """One suggestion was accepted, or rejected."""
        for tally in self.places.values():
            tally.fade(1 - 1 / MEMORY)
        tally = self.places[place]
        (tally.accepted if accepted else tally.rejected)[band(confidence)] += 1
        self._known.clear()

    def see(self, confidence: float) -> None:
        """There was an answer, shown or not."""
        self.seen = [count * (1 - 1 / SEEN_MEMORY) for count in self.seen]
        self.seen[band(confidence)] += 1
        self._sights += 1
        if self._sights % 16 == 0:
            self._known.clear()

    @property
    def total(self) -> float:
        return sum(tally.total for tally in self.places.values())

    def estimate(self, place: str, shipped: float) -> Estimate:
        """The gate there, where `shipped` (nats, -inf for a model without one) holds before anything is known."""
        key = (place, shipped)
        if key not in self._known:
            self._known[key] = self._estimate(place, shipped)
        return self._known[key]

    def _estimate(self, place: str, shipped: float) -> Estimate:
        first, target = _first(shipped), math.exp(shipped) or UNKNOWN
        shares = list(_rising(self._weighed(place, shipped)))
        most = self._highest(first)
        at = first
        while at < most and _bound(shares[at], +SURE) < target:
            at += 1
        if at == first:
            while at > max(0, first - DOWN) and _bound(shares[at - 1], -SURE) > target:
                at -= 1
        shown = at - 1 if at > first else at
        tally = self.places[place]
        taken = tally.accepted[shown]
        return Estimate(
            shipped if at == first else _edge(at),
            _edge(shown),
            _edge(shown + 1),
            taken,
            taken + tally.rejected[shown],
            shares[shown][0],
            target,
            self.total,
            _edge(at - 1) if at > max(0, first - DOWN) else None,
        )

    def _weighed(self, place: str, shipped: float) -> Iterator[tuple[float, float]]:
        """Each band's pseudo-counts of accepted and rejected: prior, other places, this one."""
        tally = self.places[place]
        shift = self._shift(shipped)
        others = [other for name, other in self.places.items() if name != place]
        for n in range(BANDS):
            prior = _sigmoid(_expected(n, shipped) + shift)
            taken = sum(other.accepted[n] for other in others)
            left = sum(other.rejected[n] for other in others)
            prior = (PRIOR * prior + taken) / (PRIOR + taken + left)
            yield PRIOR * prior + tally.accepted[n], PRIOR * (1 - prior) + tally.rejected[n]

    def _shift(self, shipped: float) -> float:
        """By how much the log-odds of taking a suggestion are off what the model says, in all bands alike."""
        tallies = self.places.values()
        taken = [sum(tally.accepted[n] for tally in tallies) for n in range(BANDS)]
        left = [sum(tally.rejected[n] for tally in tallies) for n in range(BANDS)]
        shift = 0.0
        for _ in range(NEWTON):
            slope, bend = -shift / SHIFT**2, 1 / SHIFT**2
            for n in range(BANDS):
                p = _sigmoid(_expected(n, shipped) + shift)
                slope += taken[n] - (taken[n] + left[n]) * p
                bend += (taken[n] + left[n]) * p * (1 - p)
            before, shift = shift, max(-3.0, min(3.0, shift + slope / bend))
            if abs(shift - before) < 0.001:
                break
        return shift

    def _highest(self, first: int) -> int:
        """The highest band from which on may be shown only, so that enough is left."""
        before = sum(self.seen[first:])
        if before < ENOUGH:
            return first
        at = first
        while at < BANDS - 1 and sum(self.seen[at + 1 :]) >= FLOOR * before:
            at += 1
        return at

    def as_dict(self) -> dict[str, Any]:
        places = {
            name: {"accepted": _rounded(tally.accepted), "rejected": _rounded(tally.rejected)}
            for name, tally in self.places.items()
        }
        return {"places": places, "seen": _rounded(self.seen)}

    @classmethod
    def from_dict(cls, raw: Any) -> Acceptance:
        """Raises `ValueError` for anything that `as_dict` did not make."""
        made = cls()
        try:
            made.seen = _counts(raw["seen"])
            for place in PLACES:
                tally = raw["places"][place]
                made.places[place] = Tally(_counts(tally["accepted"]), _counts(tally["rejected"]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"not what was learned: {error!r}") from error
        return made


def band(confidence: float) -> int:
    return bisect_right(EDGES, confidence)


def _edge(n: int) -> float:
    """Where a band begins."""
    if n <= 0:
        return -math.inf
    return EDGES[n - 1] if n <= len(EDGES) else 0.0


def _centre(n: int) -> float:
    low = _edge(n) if n else 2 * EDGES[0] - EDGES[1]
    return (low + _edge(n + 1)) / 2


@lru_cache(maxsize=256)
def _expected(n: int, shipped: float) -> float:
    """Log-odds that an answer of a band is right, before anything is known of the user."""
    prior = math.exp(_centre(n))
    prior = max(prior, HOPE) if shipped == -math.inf else prior
    return math.log(prior / (1 - prior))


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def _first(shipped: float) -> int:
    """The first band that a gate lets through; one between two edges counts as the nearer."""
    if shipped < EDGES[0]:
        return 0 if shipped < 2 * EDGES[0] else 1
    return 1 + min(range(len(EDGES)), key=lambda n: abs(EDGES[n] - shipped))


def _rising(weighed: Iterable[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Mean and weight of each band, the means not falling: pools of adjacent violators."""
    pools: list[tuple[float, float, int]] = []
    for taken, left in weighed:
        width = 1
        while pools and _mean(pools[-1][0], pools[-1][1]) > _mean(taken, left):
            before = pools.pop()
            taken, left, width = before[0] + taken, before[1] + left, before[2] + width
        pools.append((taken, left, width))
    for taken, left, width in pools:
        yield from [(_mean(taken, left), taken + left)] * width


def _mean(taken: float, left: float) -> float:
    return taken / (taken + left)


def _bound(share: tuple[float, float], deviations: float) -> float:
    mean, weight = share
    return mean + deviations * math.sqrt(mean * (1 - mean) / (weight + 1))


def _rounded(counts: list[float]) -> list[float]:
    return [round(count, 3) for count in counts]


def _counts(raw: Any) -> list[float]:
    if not isinstance(raw, list) or len(raw) != BANDS:
        raise ValueError("not a count for each band")
    counts = [float(count) for count in raw]
    if not all(0 <= count < 1e6 for count in counts):
        raise ValueError("not counts")
    return counts
