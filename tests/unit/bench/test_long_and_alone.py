"""The soak's readings and the engine's prompts and sums; the runs themselves are benchmarks."""

from __future__ import annotations

import os
from typing import Any

import pytest

from symbiote.bench.alone import Run, prompt, summary
from symbiote.bench.meter import Reading
from symbiote.bench.soak import Watched, failures
from symbiote.bench.trace import File
from symbiote.core.pieces import Text
from symbiote.core.timing import Cost, Timing, Tokens
from symbiote.engine.port import Done, End
from symbiote.prompt.family import families

FILES = [
    File("a.py", "python", "import os\n" * 30),
    File("b.py", "python", ""),
    File("c.py", "", "é"),
]


@pytest.mark.parametrize("family", [name for name, one in families().items() if one.layout])
def test_no_two_prompts_begin_alike(family: str) -> None:
    asks = [prompt(families()[family], FILES, number) for number in range(30)]
    texts = [[piece.text for piece in ask.pieces if isinstance(piece, Text)] for ask in asks]
    assert len({text.split("\n")[0] for both in texts for text in both}) == 30
    assert all(len(both) == 2 for both in texts)


def run(total: float, evaluated: int = 90) -> Run:
    timing = Timing(prefill=total / 2, decode=total / 2)
    return Run(total, Done(End.LIMIT, cost=Cost(timing, Tokens(100, evaluated, 24))))


def test_a_series_is_summed_up() -> None:
    found = summary([run(40.0), run(20.0), run(20.0), run(24.0, evaluated=100)])
    assert found["runs"] == 4
    assert found["total_ms"]["p50"] == 20.0
    assert found["ttft_ms"]["p50"] == 10.0
    assert (found["first_ms"], found["first_to_warm"]) == (40.0, 2.0)
    assert found["range_ms"] == [20.0, 40.0]
    assert found["mean_ms"] == 26.0
    assert found["stdev_ms"] == pytest.approx(9.52, abs=0.01)
    assert found["evaluated_share"] == 0.925
    assert found["prefill_tokens_per_s"] == pytest.approx(1000 * 370 / 52, abs=0.1)


def test_one_run_is_a_series_too() -> None:
    found = summary([run(40.0)])
    assert (found["stdev_ms"], found["first_to_warm"]) == (0.0, 1.0)


def test_a_watched_process_tells_its_growth_after_the_first_third() -> None:
    watched = Watched(pids=[1])
    for second in range(0, 3601, 60):
        memory = 10.0 if second < 1200 else 50.0 + second / 3600
        watched.readings.append((second, Reading(0.0, memory, 20 + (second == 1800))))
    assert watched.figures() == {
        "starts": 1,
        "memory_mb": [10.0, 51.0],
        "memory_mb_per_hour": 1.0,
        "growth_mb": 0.67,
        "growth_s": 2400,
        "descriptors": [20, 20, 21],
    }


def long_run(**changes: Any) -> dict[str, Any]:
    steady = {
        "starts": 1,
        "memory_mb": [50.0, 51.0],
        "memory_mb_per_hour": 1.0,
        "growth_mb": 0.3,
        "growth_s": 1200,
        "descriptors": [19, 21, 25],
    }
    found = {"unanswered": 0, "n": {"failed": 0}, "orphans": 0, "ledger_dropped": 0}
    worker = {**steady, **{k: v for k, v in changes.items() if k in steady}}
    return found | {"daemon": steady, "worker": worker} | changes


def test_a_long_run_without_trouble_fails_nothing() -> None:
    assert failures(long_run()) == []


@pytest.mark.parametrize(
    "changes",
    [{"orphans": None, "daemon": {}, "growth_mb": None}, {"growth_mb": 40.0, "growth_s": 60}],
)
def test_what_is_not_known_or_seen_too_shortly_is_not_judged(changes: dict[str, Any]) -> None:
    assert failures(long_run(**changes)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"unanswered": 3}, "3 requests were not answered."),
        ({"n": {"failed": 2}}, "2 requests failed."),
        ({"orphans": 1}, "1 processes were left behind"),
        ({"ledger_dropped": 4}, "The ledger lost 4 rows."),
        ({"starts": 2}, "The worker was started 2 times"),
        ({"growth_mb": 10.1, "memory_mb_per_hour": 30.3}, "The worker grew by 10.1 MB"),
        ({"descriptors": [19, 24, 24]}, "The worker had 19 file descriptors open at the start"),
    ],
)
def test_each_condition_of_a_long_run_fails_with_a_sentence(
    changes: dict[str, Any], says: str
) -> None:
    (told,) = failures(long_run(**changes))
    assert told.startswith(says) and told.endswith(".")


def test_a_process_that_was_started_anew_is_counted() -> None:
    watched = Watched()
    watched.take(0.0, os.getpid())
    watched.take(0.5, 0)
    watched.take(1.0, 2**30)
    assert watched.figures()["starts"] == 2
    assert Watched().figures() == {}
