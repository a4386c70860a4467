"""What the dashboard draws day by day and side by side is what counting the rows by hand gives."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.errors import UserError
from symbiote.features.reports import report
from symbiote.metrics.events import AskRow
from symbiote.metrics.gauges.stages import STAGES
from symbiote.metrics.reading import Span, reading
from symbiote.metrics.readout import percentile
from symbiote.metrics.report import figures
from symbiote.metrics.spread import interval, rank
from unit.metrics.counting import Counted, share, shown
from unit.metrics.history import DAY, History, histories, kept

NAMES = ("latency_by_feature", "models", "stage_days", "retained_days")
SPANS = (
    Span(),
    Span(since=1.3 * DAY, until=3.6 * DAY),
    Span(since=2 * DAY, model="small"),
    Span(language="rust"),
)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_figures_are_what_counting_gives(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = kept(Path(folder) / "ledger.sqlite3", history)
        with reading(path) as base:
            for span in SPANS:
                one = Counted(history, span)
                by_feature, models, stages, looked = map(shown, figures(base, span, NAMES))
                for row in by_feature:
                    of = tenths([ask for ask in one.computed if ask.feature == row["feature"]])
                    assert (row["n"], row["p99"]) == (len(of), percentile(of, 0.99))
                assert sum(row["n"] for row in by_feature) == len(one.computed)
                check_models(one, models)
                check_days(one, stages, looked)


def tenths(rows: list[AskRow]) -> list[float]:
    return sorted(math.floor(row.total_ms * 10) / 10 for row in rows)


def check_models(one: Counted, rows: list[dict[str, float]]) -> None:
    assert sum(row["shown"] for row in rows) == len(one.shown)
    for row in rows:
        these = [
            ask for ask in one.shown if (ask.feature, ask.model) == (row["feature"], row["model"])
        ]
        taken = sum("accepted" in one.of(ask) for ask in these)
        assert (row["accepted"], row["share"]) == (taken, share(taken, len(these)))
        of = tenths([ask for ask in these if ask.origin == "computed"])
        assert row["computed"] == len(of)
        assert row["p50"] == (percentile(of, 0.5) if of else None)
        looks = [one.of(ask).get("still_10m") for ask in these]
        left = [round(value, 4) for value in looks if value is not None]
        assert row["looked"] == len(left)
        assert row["still"] == (pytest.approx(sum(left) / len(left), abs=1e-4) if left else None)


def check_days(
    one: Counted, stages: list[dict[str, float]], looked: list[dict[str, float]]
) -> None:
    computed = [ask for ask in one.computed if ask.feature == "complete"]
    assert sum(row["n"] for row in stages) == len(computed)
    for row in stages:
        these = [ask for ask in computed if ask.at // DAY == row["day"] / DAY]
        for stage in STAGES:
            mean = sum(getattr(ask, f"{stage}_ms") for ask in these) / len(these)
            assert row[stage] == pytest.approx(mean, abs=1e-3)
    late = [ask for ask in one.asks if "still_10m" in one.of(ask)]
    assert sum(row["n 10m"] for row in looked) == len(late)
    for row in looked:
        left = [one.of(a)["still_10m"] or 0.0 for a in late if a.at // DAY == row["day"] / DAY]
        mean = sum(left) / len(left) if left else None
        assert row["after 10m"] == (None if mean is None else pytest.approx(mean, abs=1e-4))


@given(st.lists(st.integers(0, 500), max_size=60))
def test_the_interval_holds_the_median_and_is_one_of_the_values(values: list[int]) -> None:
    spread = [(value, values.count(value)) for value in sorted(set(values))]
    low, high = interval(spread)
    middle = rank(spread, 0.5)
    if len(values) < 6:
        assert (low, high) == (None, None)
    else:
        assert low is not None and high is not None and middle is not None
        assert low <= middle <= high
        assert {low, high} <= {value / 10 for value in values}


def test_the_interval_of_a_hundred_is_that_of_the_tables() -> None:
    """Conover's table: of 100 values the 40th and the 61st hold the median with 95 %."""
    assert interval([(value * 10, 1) for value in range(1, 101)]) == (40.0, 61.0)


@pytest.mark.asyncio
async def test_a_filter_or_time_that_cannot_be_is_said_before_anything_is_read() -> None:
    for since, until, filters, word in ((None, None, {"window": "w"}, "window"), (2, 1, {}, "end")):
        with pytest.raises(UserError, match=word):
            await report(None, since, until, filters, ())  # type: ignore[arg-type]
