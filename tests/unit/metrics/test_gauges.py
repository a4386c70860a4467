"""Every figure is what counting the rows by hand gives, and latency figures hold computed answers only."""

from __future__ import annotations

import math
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from symbiote.core.errors import UserError
from symbiote.metrics.events import AskRow, Event
from symbiote.metrics.gauges import ALL, BY_NAME
from symbiote.metrics.reading import Figure, Span, reading
from symbiote.metrics.readout import percentile
from symbiote.metrics.report import figures, moment, report
from unit.metrics.history import DAY, histories, written, year

SPANS = (Span(), Span(since=2 * DAY, until=4 * DAY, model="small"), Span(language="rust"))


def held(row: AskRow, span: Span) -> bool:
    named = all(
        not getattr(span, name) or getattr(span, name) == getattr(row, name)
        for name in ("feature", "language", "engine", "model")
    )
    return span.since <= row.at < span.until and named


def shown(figure: Figure) -> list[dict[str, Any]]:
    return [dict(zip(figure.columns, row, strict=True)) for row in figure.rows]


@settings(max_examples=40, deadline=None)
@given(histories())
def test_figures_are_what_counting_gives(history: tuple[list[AskRow], list[Event]]) -> None:
    rows, events = history
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder) / "ledger.sqlite3", [*rows, *events])
        with reading(path) as base:
            for span in SPANS:
                found = {figure.name: figure for figure in figures(base, span)}
                of = [row for row in rows if held(row, span)]
                check_latencies(found, of)
                check_outcomes(found, of, events)
                check_counts(found, of)
                if span == Span():  # an event is a little later than its ask: spans may part them
                    check_retention(found, events)


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
    completions = [row for row in seen if row.feature == "complete"]
    for name, kind in (("dismissals", "dismissed"), ("partial_acceptance", "accepted_part")):
        these = {event.ask for event in events if event.kind == kind}
        these -= taken if kind == "accepted_part" else set()
        hits = sum(row.id in these for row in completions)
        assert found[name].n == len(completions)
        assert found[name].value == (round(hits / len(completions), 4) if completions else None)


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


def check_retention(found: dict[str, Figure], events: list[Event]) -> None:
    looks = [event.value or 0.0 for event in events if event.kind == "still_10m"]
    assert found["retention"].n == len(looks)
    mean = found["retention"].value
    assert mean is None or mean == pytest.approx(sum(looks) / len(looks), abs=1e-4)


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
