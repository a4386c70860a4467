"""Intervals: those of resampling, drawn without resampling, and the same every time."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.bench.intervals import RESAMPLES, estimate, ratio, resampled
from symbiote.metrics.readout import percentile

SAMPLE = [float(value) for value in random.Random(7).choices(range(1, 200), k=40)]
times = st.lists(st.floats(0.01, 1e6), min_size=1, max_size=60)


@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_drawing_the_place_is_resampling(share: float) -> None:
    rng = random.Random(3)
    plain = [percentile(sorted(rng.choices(SAMPLE, k=40)), share) for _ in range(20_000)]
    drawn = [v for n in range(10) for v in resampled(sorted(SAMPLE), share, random.Random(n))]
    assert len(drawn) == 10 * RESAMPLES
    for value in sorted(set(SAMPLE)):
        below = [sum(one <= value for one in values) / len(values) for values in (plain, drawn)]
        assert below[0] == pytest.approx(below[1], abs=0.02), value


@settings(max_examples=40, deadline=None)
@given(times, st.sampled_from([0.5, 0.95, 0.99]))
def test_an_interval_holds_its_figure_and_lies_in_the_sample(
    values: list[float], share: float
) -> None:
    found = estimate(values, share)
    assert found is not None
    assert found.value == percentile(sorted(values), share)
    assert min(values) <= found.low <= found.high <= max(values)
    assert estimate(values, share) == found, "seeded"


def test_a_larger_sample_has_a_narrower_interval() -> None:
    rng = random.Random(5)
    few, many = ([rng.gauss(100, 20) for _ in range(n)] for n in (30, 3_000))
    wide, narrow = estimate(few, 0.5), estimate(many, 0.5)
    assert wide is not None and narrow is not None
    assert narrow.high - narrow.low < (wide.high - wide.low) / 4
    assert narrow.low < 100 < narrow.high


def test_a_median_of_normal_values_has_the_interval_that_theory_gives() -> None:
    rng = random.Random(11)
    values = [rng.gauss(100, 20) for _ in range(2_000)]
    found = estimate(values, 0.5)
    assert found is not None
    # The standard error of a median is 1.2533 sigma / sqrt(n).
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * 1.2533 * 20 / 2_000**0.5, rel=0.3)


@settings(max_examples=40, deadline=None)
@given(times, st.floats(0.5, 50.0))
def test_a_ratio_is_that_of_the_percentiles(values: list[float], factor: float) -> None:
    found = ratio([value * factor for value in values], values, 0.5)
    assert found is not None
    assert found.value == pytest.approx(factor)


def test_a_ratio_has_both_sides_in_its_interval() -> None:
    rng = random.Random(2)
    slow, fast = ([rng.gauss(mean, mean / 10) for _ in range(200)] for mean in (200, 50))
    found = ratio(slow, fast, 0.5)
    assert found is not None
    assert found.low < 4 < found.high < 4.5
    assert found.rounded() == [round(number, 3) for number in found]
    one_sided = ratio([200.0], fast, 0.5)
    assert one_sided is not None
    assert found.high - found.low > one_sided.high - one_sided.low > 0


def test_nothing_has_no_interval_and_zero_divides_nothing() -> None:
    assert estimate([], 0.5) is None
    assert ratio([], [1.0], 0.5) is None
    assert ratio([1.0], [], 0.5) is None
    assert ratio([1.0], [0.0, 0.0], 0.5) is None
    assert estimate([3.0], 0.95) == (3.0, 3.0, 3.0)
