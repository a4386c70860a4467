"""The report of a flow session, and what is compared: equal to what the rows say, and silent where they say too little."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.cli import main
from symbiote.core.errors import UserError
from symbiote.core.flow import Cause
from symbiote.metrics.before_after import effects
from symbiote.metrics.events import AskRow, Event, Session, Worked
from symbiote.metrics.export.session import CAUSES, markdown
from symbiote.metrics.flow import RULES, advice, by_cause, report, session, sessions
from symbiote.metrics.reading import Span, reading
from unit.metrics.history import written

AT = 1.7e9
DAY = 86_400.0


def sat(number: int, kind: str = "assistance", lines: int = 30, **changes: Any) -> Session:
    at = AT + 3_600 * number
    made = Session(
        f"{number:02d}abc", at, at + 1_800, kind, "search", "p", 1_800, 0.0, lines, True, False
    )
    return made._replace(**changes)


def broken(of: Session, part: int, cause: str, seconds: float = 10.0) -> Event:
    where = (of.id, seconds, "flow", part, of.task, of.project, cause)
    return Event(of.at + part, "", "interrupted", *where)


def ask(id: str, at: float, task: str, total: float, origin: str = "computed") -> AskRow:
    made = AskRow(
        *(id, at, "w", "complete", "python", "automatic", "shown", origin, "local", "small"),
        *([0.0] * 7),
        *(total, 100, 3, 12, 20, 1, -0.5),
    )
    return made._replace(task=task)


def test_it_tells_what_the_rows_say(tmp_path: Path) -> None:
    one = sat(0, paused_s=300.0)
    rows: list[Any] = [
        one,
        Event(one.at, "", "session_started", one.id, 1_800.0, "flow", 1, one.task),
        broken(one, 2, "slow_answer", 3.0),
        broken(one, 3, "other: the build | [x](y)", 60.0),
        Event(one.at + 3, "", "logged", one.id, None, "flow", 4, one.task),
        broken(one, 5, "slow_answer", 4.5),
        ask("a", one.at + 5, "search", 40.0),
        ask("b", one.at + 6, "search", 60.0),
        ask("reused", one.at + 6, "search", 0.5, "remembered"),
        ask("elsewhere", one.at + 7, "main", 900.0),
        ask("before", one.at - 1, "search", 900.0),
        Event(one.at + 8, "w", "accepted", "a", task="search"),
    ]
    with reading(written(tmp_path / "ledger.sqlite3", rows)) as base:
        told = report(base)
    assert (told["session"], told["worked_s"], told["paused_s"]) == (one.id, 1_500.0, 300.0)
    assert (told["complete"], told["tests"]) == (True, False)
    assert told["by_cause"] == [
        {"cause": "slow_answer", "n": 2, "seconds": 7.5},
        {"cause": "other", "n": 1, "seconds": 60.0},
    ]
    assert [one["cause"] for one in told["advice"]] == ["slow_answer"]
    assert told["lines_per_hour"] == 72.0 and told["interruptions_per_half_hour"] == 3.6
    assert told["latency"]["rows"][0][3:5] == [2, 40.0], "computed ones of the session only"
    assert told["acceptance"]["n"] == 3
    logged = [one["logged"] for one in told["timeline"] if one["event"] == "interrupted"]
    assert logged == [False, True, False]
    page = markdown(told)
    assert "the build \\| \\[x\\](y)** (logged)" in page and "not enough sessions" in page
    assert "- Is the feature complete? **yes**" in page


def test_every_cause_has_its_rule_and_its_words() -> None:
    assert {rule.cause for rule in RULES} == set(Cause) == set(CAUSES)
    assert all(rule.advice.endswith((".", "?")) for rule in RULES)
    assert advice([{"cause": "trouble", "n": 1, "seconds": 0.0}])
    assert not advice([{"cause": "somebody_came", "n": 1, "seconds": 30.0}])
    assert advice([{"cause": "somebody_came", "n": 1, "seconds": 120.0}])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([*Cause, "other: x", "odd"]), st.floats(0, 600))))
def test_no_interruption_is_lost_among_the_causes(said: list[tuple[str, float]]) -> None:
    rows = [(AT, "interrupted", seconds, str(cause), n) for n, (cause, seconds) in enumerate(said)]
    found = by_cause(rows)
    assert sum(one["n"] for one in found) == len(said)
    assert sum(one["seconds"] for one in found) == pytest.approx(
        sum(seconds for _, seconds in said), abs=0.1 * (1 + len(said))
    )
    assert {one["cause"] for one in found} <= {cause.value for cause in Cause}


def test_sessions_with_help_stand_against_those_without(tmp_path: Path) -> None:
    rows: list[Any] = []
    for number in range(12):
        kind = "baseline" if number % 2 else "assistance"
        one = sat(number, kind, lines=20 + number if kind == "baseline" else 60 + number)
        rows += [one, broken(one, 1, "somebody_came")] if kind == "baseline" else [one]
    rows += [sat(30, ended=None, lines=None), sat(31, "baseline", ended=AT + 31 * 3_600 + 5)]
    with reading(written(tmp_path / "ledger.sqlite3", rows)) as base:
        found = {one.name: one for one in effects(base, "baseline", Span(), AT)}
        few = effects(base, "baseline", Span(until=AT + 4 * 3_600), AT)
    pace = found["lines_per_hour"]
    assert (pace.n_before, pace.n_after) == (6, 6), "none that runs, none of seconds"
    assert pace.delta == 1.0 and pace.verdict.startswith("More")
    assert found["flow_interruptions"].verdict.startswith("Less")
    assert all(one.verdict.startswith("Not enough") for one in few)


def test_days_stand_against_days(tmp_path: Path) -> None:
    midnight = time.mktime((2026, 3, 2, 0, 0, 0, 0, 0, -1))
    rows = [
        Worked(midnight + day * DAY + 43_200, "w", "p", "", "python", 10, 5, 2 + (day >= 7))
        for day in range(14)
    ]
    with reading(written(tmp_path / "ledger.sqlite3", rows)) as base:
        span = Span(since=midnight + 7 * DAY)
        now = midnight + 14 * DAY
        found = {one.name: one for one in effects(base, "2026-03-02..2026-03-09", span, now)}
        assert (found["lines_per_hour"].n_before, found["lines_per_hour"].n_after) == (7, 7)
        assert found["lines_per_hour"].delta == 1.0
        assert found["acceptance"].verdict.startswith("Nothing to compare")
        for what in ("yesterday", "2026-03-09..2026-03-02", "2026-03-08..2026-03-12"):
            with pytest.raises(UserError):
                effects(base, what, span, now)


def test_the_command_line_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(tmp_path))
    written(tmp_path / "data" / "ledger.sqlite3", [sat(0), sat(1, "baseline")])
    assert main(["report", "--compare", "baseline"]) == 0
    assert "Not enough" in " ".join(capsys.readouterr().out.split())
    assert main(["report", "--compare", "baseline", "--json"]) == 0
    assert '"n_before": 1' in capsys.readouterr().out
    assert main(["report", "--compare", "never"]) == 1
    assert "neither baseline nor a range" in capsys.readouterr().err


def test_a_session_is_found_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    with reading(written(tmp_path / "ledger.sqlite3", [sat(1), sat(2), sat(10)])) as base:
        assert session(base, "02").id == "02abc"
        assert session(base).id == "10abc"
        assert len(sessions(base)) == 3
        for beginning in ("0x", "0"):
            with pytest.raises(UserError):
                session(base, beginning)
