"""The gate follows what a user takes: simulated users with a seed each, who accept with a probability of their own."""

from __future__ import annotations

import math
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.metrics.acceptance import (
    BANDS,
    DOWN,
    EDGES,
    ENOUGH,
    FLOOR,
    PLACES,
    Acceptance,
    band,
)

SHIPPED = -1.6
User = Callable[[float], float]
SEEDS = range(8)


def says(confidence: float) -> float:
    """Takes as many as the model promises."""
    return math.exp(confidence)


def picky(confidence: float) -> float:
    return 0.4 * math.exp(confidence)


def generous(confidence: float) -> float:
    return min(1.0, 2 * math.exp(confidence))


def never(confidence: float) -> float:
    return 0.02


class Life:
    """A user, a model whose answers have 1.8 nats on average, and a gate that learns.

    One shown answer in 16 is tried out one band below the gate, as in `features/gate.py`.
    """

    def __init__(self, seed: int, shipped: float = SHIPPED) -> None:
        self.chance = random.Random(seed)
        self.known = Acceptance()
        self.shipped = shipped
        self.good = 0.0

    def live(self, user: User, outcomes: int) -> Life:
        left = outcomes
        while left:
            confidence = -self.chance.expovariate(0.55)
            self.known.see(confidence)
            found = self.known.estimate("end", self.shipped)
            least = found.gate
            if found.total >= 20 and found.below is not None and not self.chance.randrange(16):
                least = found.below
            if confidence >= least:
                taken = self.chance.random() < user(confidence)
                self.known.note("end", confidence, accepted=taken)
                left -= 1
        return self

    @property
    def gate(self) -> float:
        return self.known.estimate("end", self.shipped).gate


def median(gates: list[float]) -> float:
    return sorted(gates)[len(gates) // 2]


def test_before_there_is_data_the_shipped_gate_holds() -> None:
    known = Acceptance()
    for shipped in (-math.inf, -5.0, -2.4, -1.6, -1.234, -0.8, 0.0):
        for place in PLACES:
            assert known.estimate(place, shipped).gate == shipped


def test_it_moves_slowly() -> None:
    """Ten rejections in a row right above the gate change little, and without knowing how much there is to hide nothing."""
    known = Acceptance()
    for _ in range(10):
        known.note("end", -1.5, accepted=False)
    assert known.estimate("end", SHIPPED).gate == SHIPPED
    for _ in range(1_000):
        known.see(-0.2)
    assert SHIPPED <= known.estimate("end", SHIPPED).gate <= -1.0


@pytest.mark.parametrize(
    ("user", "low", "high"),
    [
        (says, -2.0, -1.3),  # P(accepted) is the target, exp(-1.6), at -1.6
        (picky, -1.0, -0.4),  # at -0.69
        (generous, -2.4, -2.0),  # at -2.30
        (never, -1.0, -0.4),  # nowhere: the floor holds
    ],
)
def test_it_converges(user: User, low: float, high: float) -> None:
    gates = [Life(seed).live(user, 400).gate for seed in SEEDS]
    assert low <= median(gates) <= high
    near = sum(low - 0.5 <= gate <= high + 0.3 for gate in gates)
    assert near >= 0.8 * len(gates)


@pytest.mark.parametrize("before", [picky, generous, never])
def test_it_recovers_after_a_change_of_behaviour(before: User) -> None:
    gates = [Life(seed).live(before, 400).live(says, 600).gate for seed in SEEDS]
    assert -2.0 <= median(gates) <= -1.3


def test_the_learned_gate_is_better_than_the_shipped_one() -> None:
    """What a picky user gains: accepted less what is lost by those rejected, at the rate that the target stands for."""
    cost = math.exp(SHIPPED) / (1 - math.exp(SHIPPED))

    def good(gate: float) -> float:
        chance, sum_ = random.Random(7), 0.0
        for _ in range(20_000):
            confidence = -chance.expovariate(0.55)
            if confidence >= gate:
                p = picky(confidence)
                sum_ += p - cost * (1 - p)
        return sum_

    learned = [good(Life(seed).live(picky, 400).gate) for seed in range(5)]
    assert min(learned) > good(SHIPPED)


def test_a_model_without_a_gate_gets_one_from_who_takes_nothing() -> None:
    gates = [Life(seed, -math.inf).live(never, 400).gate for seed in SEEDS]
    assert median(gates) > -math.inf


def test_places_share_what_they_know_but_not_all() -> None:
    known = Acceptance()
    for number in range(150):
        known.see(-0.5)
        known.note("start", -1.5, accepted=False)
        if number % 6 == 0:
            known.note("end", -1.5, accepted=True)
    start, end, inside = (known.estimate(place, SHIPPED) for place in PLACES)
    assert start.gate > SHIPPED >= end.gate
    assert start.share < inside.share < end.share
    assert (start.accepted, inside.outcomes) == (0, 0)


OUTCOMES = st.lists(
    st.tuples(st.sampled_from(PLACES), st.floats(-20, 0), st.booleans()), max_size=120
)


@given(OUTCOMES, st.lists(st.floats(-20, 0), max_size=200), st.sampled_from([*EDGES, -math.inf]))
def test_it_is_bounded_whatever_happens(
    outcomes: list[tuple[str, float, bool]], seen: list[float], shipped: float
) -> None:
    known = Acceptance()
    for confidence in seen:
        known.see(confidence)
    for place, confidence, accepted in outcomes:
        known.note(place, confidence, accepted=accepted)
    first = band(shipped)
    for place in PLACES:
        found = known.estimate(place, shipped)
        assert band(found.gate) >= first - DOWN
        assert 0 < found.share < 1
        if found.gate > shipped:
            before, after = sum(known.seen[first:]), sum(known.seen[band(found.gate) :])
            assert before >= ENOUGH
            assert after >= FLOOR * before - 1e-9
    again = Acceptance.from_dict(known.as_dict())
    assert len(again.seen) == BANDS
    assert again.total == pytest.approx(known.total, abs=0.1)


@pytest.mark.parametrize(
    "raw", [None, {}, {"seen": []}, {"seen": [0.0] * BANDS}, {"seen": [math.nan] * BANDS}]
)
def test_what_was_not_written_by_it_is_refused(raw: object) -> None:
    with pytest.raises(ValueError, match="not"):
        Acceptance.from_dict(raw)
