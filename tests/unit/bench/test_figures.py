"""Figures read what they say they read."""

from __future__ import annotations

import json

from symbiote.bench.figures import distribution, figures, percentiles, ratios
from symbiote.bench.meter import slope
from symbiote.bench.replay import Asked, Replayed, Reply
from symbiote.bench.screen import Fit


def answered(
    ms: float, origin: str = "computed", text: str = "x", generated: int = 4, fit: Fit = Fit.FRESH
) -> Asked:
    reply = Reply(
        text,
        origin,
        "" if text else "blank",
        evaluated=2,
        generated=generated,
        after_first_ms=ms / 2,
        stages={"decode": ms / 2},
    )
    return Asked(
        10.0,
        plain=True,
        ended=10.0 + ms / 1000,
        reply=reply,
        fit=fit,
        seen=ms / 1000 if text else None,
        displayed=bool(text) and fit is not Fit.STALE,
    )


def cancelled(after: float, confirmed: float) -> Asked:
    return Asked(
        10.0, plain=True, withdrawn=10 + after / 1000, ended=10 + (after + confirmed) / 1000
    )


DONE = Replayed(
    asked=[
        answered(10),
        answered(20),
        answered(30, text="", origin=""),
        answered(1, origin="typed_through", generated=0),
        answered(0.1, origin="", text="", generated=0),
        answered(40, fit=Fit.STALE),
        cancelled(200, 2),
        Asked(10.0, plain=False),
        Asked(10.0, plain=False, lost="gone"),
        Asked(10.0, plain=False, ended=10.1),
    ],
    late=[0.001] * 10,
    whole=1,
    words=2,
    taken=17,
)


def test_latency_reads_computed_answers_only() -> None:
    found = figures(DONE, 0.9)
    assert found["latency_ms"] == {"p50": 20.0, "p90": 40.0, "p95": 40.0, "p99": 40.0}
    assert found["ttft_ms"]["p50"] == 10.0
    assert found["latency_at_least_ms"]["p99"] == 200.0
    assert found["n"] == {
        "computed": 4,
        "plain": 4,
        "suggestions": 4,
        "seen": 4,
        "cancelled": 1,
        "unsent": 1,
        "stale": 1,
        "failed": 1,
    }


def test_shares_counts_and_costs() -> None:
    found = figures(DONE, 0.9)
    assert found["keystrokes"] == 10
    assert found["unanswered"] == 2
    assert found["stale_rate"] == round(1 / 6, 4)
    assert found["wasted_tokens"] == 2 * 6, "the silence and the stale one"
    assert found["cpu_s_per_1000_keys"] == 90.0
    assert found["cancel_ms"]["p50"] == 2.0
    assert found["evaluated_per_key"]["p50"] == 2
    assert found["origins"] == {
        "computed": 0.75,
        "typed_through": 0.25,
        "prefetched": 0.0,
        "remembered": 0.0,
    }
    assert found["accepts"] == {"whole": 1, "words": 2, "characters": 17}
    assert found["silences"] == {"blank": 2}
    assert found["shown"] == round(4 / 10, 4)
    assert found["stage_p50_ms"] == {"decode": 12.5}


def test_the_keys_of_the_documented_schema_are_there() -> None:
    promised = {
        "keystrokes",
        "latency_ms",
        "ttft_ms",
        "evaluated_per_key",
        "cancel_ms",
        "stale_rate",
        "unanswered",
        "wasted_tokens",
        "cpu_s_per_1000_keys",
        "origins",
    }
    for done in (DONE, Replayed(asked=[Asked(1.0, plain=True)])):
        found = figures(done, None)
        assert promised <= set(found)
        json.dumps(found)


def test_percentiles_have_intervals_around_them() -> None:
    found = figures(DONE, None)["latency_ms_95"]
    for place, (low, high) in found.items():
        assert 10.0 <= low <= figures(DONE, None)["latency_ms"][place] <= high <= 40.0
    assert figures(Replayed(), None)["latency_ms_95"] == {"p50": None, "p95": None}


def test_ratios_are_those_of_the_other_to_ours_with_cancelled_ones_apart() -> None:
    slow = Replayed(asked=[answered(100)] * 9 + [cancelled(5_000, 2)] * 20)
    ours = Replayed(asked=[answered(20)] * 30)
    assert ratios(slow, ours) == {
        "p50": [5.0, 5.0, 5.0],
        "p95": [5.0, 5.0, 5.0],
        "at_least_p50": [250.0, 250.0, 250.0],
    }
    assert set(ratios(Replayed(), ours).values()) == {None}


def test_percentiles_of_nothing_are_none() -> None:
    assert percentiles([], (50,)) == {"p50": None}
    assert distribution([]) == []


def test_a_distribution_runs_from_least_to_most() -> None:
    found = distribution([1.0, 2.0, 3.0])
    assert (found[0], found[50], found[-1], len(found)) == (1.0, 2.0, 3.0, 101)


def test_a_slope_is_per_unit_and_needs_two_points() -> None:
    assert slope([(0.0, 1.0), (1.0, 3.0), (2.0, 5.0)]) == 2.0
    assert slope([(1.0, 1.0)]) is None
    assert slope([(1.0, 1.0), (1.0, 2.0)]) is None
