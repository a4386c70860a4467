"""Every figure is what counting the rows by hand gives, and latency figures hold computed answers only."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings

from symbiote.core.errors import UserError
from symbiote.metrics.events import AskRow, Event
from symbiote.metrics.gauges import ALL, BY_NAME
from symbiote.metrics.reading import Figure, Span, reading
from symbiote.metrics.readout import percentile
from symbiote.metrics.report import figures, moment, report
from symbiote.metrics.tallies import UNTRUE
from unit.metrics.counting import check, held, shown
from unit.metrics.history import DAY, History, histories, kept, written, year

SPANS = (
    Span(),
    Span(since=2 * DAY, until=4 * DAY, model="small"),
    Span(language="rust"),
    Span(since=1.3 * DAY, until=3.6 * DAY),
    Span(since=2.2 * DAY, until=2.9 * DAY),
    Span(since=2.5 * DAY, task="login"),
    Span(until=3.1 * DAY, project="p1", feature="complete"),
)


@settings(max_examples=40, deadline=None)
@given(histories())
def test_figures_are_what_counting_gives(history: History) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = kept(Path(folder) / "ledger.sqlite3", history)
        with reading(path) as base:
            assert base.one(UNTRUE) == (0,)
            for span in SPANS:
                found = {figure.name: figure for figure in figures(base, span)}
                of = [row for row in history.asks if held(row, span)]
                check_latencies(found, of)
                check_outcomes(found, of, history.events)
                check_counts(found, of)
                check(history, span, found.values())


def check_latencies(found: dict[str, Figure], rows: list[AskRow]) -> None:
    computed = [row for row in rows if row.outcome == "shown" and row.origin == "computed"]
    latencies = sorted(row.total_ms for row in computed)
    assert found["latency"].n == len(latencies) == found["distribution"].n
    assert found["latency"].value == (percentile(latencies, 0.5) if latencies else None)
    for one in shown(found["latency"]):
        of = sorted(
            row.total_ms
            for row in computed
            if (row.feature, row.engine, row.model) == (one["feature"], one["engine"], one["model"])
        )
        assert (one["n"], one["p95"], one["p99"]) == (
            len(of),
            percentile(of, 0.95),
            percentile(of, 0.99),
        )
    assert sum(one["n"] for one in shown(found["distribution"])) == len(latencies)
    for one in shown(found["distribution"]):
        low, high = one["from"], one["to"] or math.inf
        assert one["n"] == sum(low <= math.floor(ms * 10) / 10 < high for ms in latencies)
    for stage in shown(found["stages"]):
        of = sorted(getattr(row, f"{stage['stage']}_ms") for row in computed)
        assert stage["p95"] == percentile(of, 0.95)
    for one in shown(found["days"]):
        of = sorted(
            math.floor(row.total_ms * 10) / 10
            for row in computed
            if row.feature == "complete" and row.at // DAY == one["day"] / DAY
        )
        assert one["p50"] == (percentile(of, 0.5) if of else None)


def check_outcomes(found: dict[str, Figure], rows: list[AskRow], events: list[Event]) -> None:
    seen = [row for row in rows if row.outcome == "shown"]
    taken = {event.ask for event in events if event.kind == "accepted"}
    assert found["acceptance"].n == len(seen)
    assert sum(one["accepted"] for one in shown(found["acceptance"])) == sum(
        row.id in taken for row in seen
    )


def check_counts(found: dict[str, Figure], rows: list[AskRow]) -> None:
    seen = [row for row in rows if row.outcome == "shown"]
    reasons = Counter(row.outcome for row in rows if row.outcome != "shown")
    assert {one["reason"]: one["n"] for one in shown(found["silences"])} == reasons
    origins = Counter(row.origin for row in seen)
    assert {one["origin"]: one["n"] for one in shown(found["reuse"])} == origins
    waited = [row for row in rows if row.outcome not in ("cancelled", "superseded")]
    assert found["show_rate"].n == len(waited)
    assert sum(one["asked"] for one in shown(found["days"])) == len(rows)
    by_language = {o["name"]: o["asked"] for o in shown(found["where"]) if o["by"] == "language"}
    assert by_language == Counter(row.language for row in rows)


def test_each_figure_is_named_after_its_file_and_holds_without_rows(tmp_path: Path) -> None:
    with reading(written(tmp_path / "ledger.sqlite3", [])) as base:
        for name, gauge in BY_NAME.items():
            figure = gauge.figure(base, Span())
            assert (figure.name, figure.n) == (name, 0)
            assert figure.value is None
            assert all(len(row) == len(figure.columns) for row in figure.rows)
        told = report(figures(base, Span()), Span())
    assert len(BY_NAME) == len(ALL) == len(told["figures"])
    assert told["latency_ms"] == {} and told["cost"] is None


def test_a_reused_answer_is_in_no_latency_figure(tmp_path: Path) -> None:
    row = year(1)[0]
    slow = row._replace(id="1", outcome="shown", origin="remembered", total_ms=9_999.0)
    fast = row._replace(id="2", outcome="shown", origin="computed", total_ms=5.0)
    with reading(written(tmp_path / "ledger.sqlite3", [slow, fast])) as base:
        for name in ("latency", "distribution", "stages", "first_token", "days"):
            text = str(BY_NAME[name].figure(base, Span()).rows)
            assert "9999" not in text, name
        assert BY_NAME["latency"].figure(base, Span()).value == 5.0
        assert BY_NAME["reuse"].figure(base, Span()).value == 0.5


def test_only_what_is_there_can_be_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Nothing was measured yet"), reading(tmp_path / "none"):
        pass
    (tmp_path / "text").write_text("no database, and longer than a header of one would be" * 20)
    with pytest.raises(UserError, match="cannot be read"), reading(tmp_path / "text") as base:
        figures(base, Span())
    with (
        reading(written(tmp_path / "ledger.sqlite3", [])) as base,
        pytest.raises(UserError, match="no figure 'speed'"),
    ):
        figures(base, Span(), ["speed"])


@pytest.mark.parametrize(("text", "ago"), [("7d", 7 * DAY), ("30m", 1_800.0), ("2w", 14 * DAY)])
def test_moments(text: str, ago: float) -> None:
    assert moment(text, 1e9) == 1e9 - ago
    with pytest.raises(UserError, match="is no time"):
        moment(f"{text}x", 1e9)
    assert moment("2026-11-22", 1e9) < moment("2026-11-23", 1e9)
