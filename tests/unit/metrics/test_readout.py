"""What the status bar is told: computed answers only, whether the promise holds, how the day went."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.answer import Answer, FromOutside, Origin, Reason, Silence, Suggestion
from symbiote.core.timing import Cost, Timing
from symbiote.metrics.events import Event, ask_row
from symbiote.metrics.ledger import Ledger
from symbiote.metrics.promise import FRESH, LATE, PROMISE_MS, STAGES, Promise, Slow
from symbiote.metrics.readout import RECENT, Readout, percentile
from symbiote.metrics.today import Today, midnight


def shown(total: float, origin: Origin = Origin.COMPUTED, **stages: float) -> Suggestion:
    cost = Cost(Timing(total=total, **stages))
    return Suggestion("i", "t", 0, 0, origin, "local", "m", cost=cost)


def missed(total: float = 600.0, **stages: float) -> Silence:
    return Silence("i", Reason.DEADLINE, cost=Cost(Timing(total=total, **stages)))


REUSED = [origin for origin in Origin if origin is not Origin.COMPUTED]
answers = st.one_of(
    st.builds(shown, st.floats(0, 2_000)),
    st.builds(shown, st.floats(0, 2_000), st.sampled_from(REUSED)),
    st.sampled_from([Silence("i", reason) for reason in Reason if reason is not Reason.DEADLINE]),
)


@given(st.lists(answers, max_size=80))
def test_figures_are_those_of_computed_answers(given: list[Answer]) -> None:
    """Planted reused answers and silences change no latency, no stage and no promise."""
    computed = [one for one in given if isinstance(one, Suggestion) and one.origin not in REUSED]
    one, other = Readout(), Readout()
    for answer in given:
        one.note(answer)
    for answer in computed:
        other.note(answer)
    assert one.recent == other.recent == [each.cost.timing.total for each in computed][-RECENT:]
    assert one.stages() == other.stages()
    assert one.promise.slow() == other.promise.slow()
    for share in (0.5, 0.99):
        assert one.percentile(share) == other.percentile(share)


def test_stages_of_the_last_answer_and_of_the_median() -> None:
    readout = Readout()
    assert readout.stages() == []
    for prefill in (30.0, 10.0, 20.0):
        readout.note(shown(prefill + 5, prefill=prefill, decode=5.0))
    found = {name: (last, median) for name, last, median in readout.stages()}
    assert list(found) == list(STAGES)
    assert (found["prefill"], found["decode"], found["queue"]) == ((20, 20), (5, 5), (0, 0))


def test_an_acceptance_counts_once() -> None:
    readout = Readout()
    assert [readout.accept(one) for one in ("a", "a", "b", "a")] == [True, False, True, False]
    assert readout.accepted == 2


@given(st.lists(st.floats(0, 2_000), min_size=20, max_size=20))
def test_of_twenty_answers_the_promise_is_their_95th_percentile(totals: list[float]) -> None:
    promise = Promise()
    for total in totals:
        promise.note(shown(total))
    assert (promise.slow() is not None) == (percentile(sorted(totals), 0.95) > PROMISE_MS)


def test_the_promise_slips_and_holds_again_by_itself() -> None:
    now = 0.0
    promise = Promise(lambda: now)
    promise.note(shown(900, prefill=800, decode=100))
    assert promise.slow() is None, "one late answer is none"
    promise.note(missed(600, queue=10))
    assert promise.slow() == Slow(late=LATE, of=2, missed=1, stage="prefill")
    promise.note(missed(900, queue=20))
    assert promise.slow() == Slow(late=3, of=3, missed=2, stage="unfinished")
    for _ in range(18):
        promise.note(shown(40))
    assert promise.slow() == Slow(late=2, of=20, missed=2, stage="unfinished")
    promise.note(shown(40))
    assert promise.slow() is None
    promise.note(shown(700))
    promise.note(shown(700))
    assert promise.slow() is not None
    now = FRESH + 1
    assert promise.slow() is None, "what was slow long ago says nothing of now"


def test_a_late_answer_from_elsewhere_is_the_providers() -> None:
    promise = Promise()
    cost = Cost(Timing(total=800, prefill=700))
    for _ in range(LATE):
        far = FromOutside("groq", "Groq", "m", ms=790)
        promise.note(
            Suggestion("i", "t", 0, 0, Origin.COMPUTED, "groq", "m", cost=cost, outside=far)
        )
    assert promise.slow() == Slow(2, 2, 0, "provider")


def test_a_day_ends_at_midnight() -> None:
    now = midnight(1_700_000_000.0) + 3_600
    today = Today(lambda: now)
    for _ in range(3):
        today.show()
    today.accept()
    today.before(midnight(now), 10, 5)
    today.before(midnight(now) - 86_400, 100, 50)
    assert (today.shown, today.accepted) == (13, 6)
    now += 86_400
    assert (today.shown, today.accepted) == (0, 0)
    today.accept()
    assert (today.shown, today.accepted) == (0, 1)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/St_Johns"])
def test_midnight_is_that_of_the_clock_on_the_wall(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        for now in (1_700_000_000.0, 1_720_000_000.5):
            begun = midnight(now)
            assert begun <= now < begun + 90_000
            assert time.strftime("%H:%M:%S", time.localtime(begun)) == "00:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_ledgers_day_is_what_sql_counts(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite3"
    ledger = Ledger(path)

    def ask(id: str, at: float, feature: str = "complete", answer: Answer | None = None) -> None:
        one = answer or Suggestion(id, "t", 0, 0, Origin.REMEMBERED, "e", "m")
        row = ask_row(one, at=at, window="w", feature=feature, language="", trigger="automatic")
        ledger.note(row)

    ask("old", 99.0)
    ask("new", 100.0)
    ask("newer", 200.0)
    ask("rewritten", 200.0, "rewrite")
    ask("nothing", 200.0, answer=Silence("nothing", Reason.BLANK))
    for one, at in (("old", 99.5), ("new", 101.0), ("new", 102.0)):
        ledger.note(Event(at, "w", "accepted", one))
    ledger.note(Event(201.0, "w", "accepted", "rewritten", feature="rewrite"))
    ledger.note(Event(201.0, "w", "dismissed", "newer"))
    assert ledger.day(100.0) == (2, 1)
    ledger.close()
    base = sqlite3.connect(path)
    (said,) = base.execute(
        "SELECT count(*) FROM events WHERE kind = 'accepted' AND at >= 100 AND feature = 'complete'"
    ).fetchone()
    assert said == 1
    base.close()
