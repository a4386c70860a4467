"""Flow sessions: time that is never negative, one trouble that is one interruption, a session that outlives its daemon."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symbiote.core.answer import Reason
from symbiote.core.errors import UserError
from symbiote.core.flow import Cause, Kind, cause_of
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened
from symbiote.features import flow
from symbiote.features.disturbed import Disturbance, Senses
from symbiote.features.flow_state import Flow
from symbiote.features.follow import edited
from symbiote.features.house import Window
from symbiote.features.hush import hushed
from symbiote.features.outcome import dismissed
from symbiote.features.sitting import GAP, Sitting, restored
from symbiote.metrics.reading import reading
from unit.doubles import FakeEngine, FakeHouse, house

MOMENT = Moment(opened("file:///a.py", "python", 1, "x = "), 0, 4, "w", Trigger.INVOKED, 0.0)


class Time:
    """The clock, which never goes back, and the day's, which may."""

    def __init__(self) -> None:
        self.now, self.wall = 1_000.0, 1.7e9

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.wall += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def at_work(tmp_path: Path, time: Time) -> FakeHouse:
    made = house(tmp_path, FakeEngine())
    made.flow = Flow(None, lambda: time.now, lambda: time.wall)
    return made


def rows(at_work: FakeHouse, sql: str) -> list[tuple[object, ...]]:
    at_work.ledger.flush()
    with reading(at_work.ledger.path) as base:
        return base.rows(sql)


def begun(at_work: FakeHouse, kind: Kind = Kind.ASSISTANCE) -> Window:
    window = Window("w", task="main", project="p")
    flow.joined(at_work, window, lambda: None)
    flow.start(at_work, window, "  search \n box ", 30, kind)
    return window


# --- the state

STEPS = st.one_of(
    st.tuples(st.sampled_from(("pause", "resume", "look")), st.floats(-1e6, 1e6)),
    st.tuples(st.just("restart"), st.floats(-1e7, 1e7)),
)


@settings(deadline=None)
@given(planned=st.floats(0.01, 1e5), steps=st.lists(STEPS, max_size=20), jump=st.floats(-1e8, 1e8))
def test_no_time_is_negative_whatever_the_clocks_do(
    planned: float, steps: list[tuple[str, float]], jump: float
) -> None:
    now = 5_000.0
    one = Sitting("s", "f", Kind.ASSISTANCE, planned, 1.7e9, looked=now)
    for what, by in steps:
        now += by
        before = (one.worked_s, one.paused_s)
        match what:
            case "pause":
                one.pause(now)
                assert one.paused
            case "resume":
                one.resume(now)
                assert not one.paused
            case "look":
                one.look(now)
            case _:
                kept = json.loads(json.dumps(one.kept(1.7e9)))
                again = restored(kept, now, 1.7e9 + by)
                assert again is not None
                one = again
                assert one.paused or by <= GAP
        assert one.worked_s >= before[0] and one.paused_s >= before[1]
        assert 0 <= one.left_s <= planned
    row = one.row(1.7e9 + jump)
    assert row.ended is not None
    assert row.ended >= row.at and row.paused_s >= 0
    assert row.ended - row.at - row.paused_s == pytest.approx(one.worked_s, abs=1e-3)


@pytest.mark.parametrize("kept", [{}, {"id": 3}, {"feature": "x", "kind": "party"}])
def test_what_cannot_be_understood_is_no_session(kept: dict[str, object]) -> None:
    assert restored(kept, 0.0, 0.0) is None


# --- what breaks the flow


def test_one_trouble_is_one_interruption() -> None:
    senses = Senses(0.0)
    slow = Disturbance("slow_answer", 0.8)
    assert senses.answered(None, True, 800.0, 10.0) == slow
    assert senses.answered(None, True, 800.0, 30.0) is None, "the same, soon after"
    assert senses.answered(Reason.ENGINE_DIED, False, 90.0, 40.0) is None, "its consequence"
    assert senses.logged("slow_answer", 50.0) is None, "somebody says so as well"
    assert senses.logged("slow_answer", 55.0) is not None, "and says it again"
    assert senses.answered(None, True, 800.0, 200.0) == slow


def test_only_what_was_asked_for_by_hand_can_be_slow() -> None:
    senses = Senses(0.0)
    assert senses.answered(None, False, 5_000.0, 10.0) is None
    assert senses.answered(None, True, 500.0, 20.0) is None
    assert senses.answered(Reason.CANCELLED, True, 5_000.0, 30.0) is None
    assert senses.answered(Reason.NO_MODEL, False, 1.0, 40.0) == Disturbance("trouble", 0.0)


def test_a_pause_counts_after_a_bad_answer_only() -> None:
    senses = Senses(0.0)
    assert senses.worked(500.0) is None
    senses.rejected(501.0)
    assert senses.worked(521.0) is None
    senses.rejected(530.0)
    assert senses.worked(555.0) == Disturbance("wrong_answer", 25.0)
    assert senses.worked(600.0) is None


def test_somebody_is_away_when_no_window_has_the_focus() -> None:
    senses = Senses(0.0)
    assert senses.looks("a", True, 0.0) is None
    assert senses.looks("b", True, 1.0) is None
    assert senses.looks("a", False, 2.0) is None
    assert senses.looks("a", True, 60.0) is None, "the other one had it"
    assert senses.looks("a", False, 61.0) is None
    assert senses.looks("b", False, 62.0) is None
    assert senses.looks("b", True, 102.0) == Disturbance("left_editor", 40.0)


def test_seconds_of_what_is_logged_are_those_since_the_last_key() -> None:
    senses = Senses(0.0)
    senses.worked(100.0)
    assert senses.logged("somebody_came", 145.0) == Disturbance("somebody_came", 45.0, logged=True)


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        ("somebody_came", "somebody_came"),
        ("", "other"),
        (" the \n build | broke ", "other: the build | broke"),
        ("x" * 200, f"other: {'x' * 80}"),
    ],
)
def test_causes_are_known_or_somebody_s_words(said: str, cause: str) -> None:
    assert cause_of(said) == cause


# --- the house


@pytest.mark.asyncio
async def test_a_session_is_the_task_of_every_row_until_it_ends(
    at_work: FakeHouse, time: Time
) -> None:
    window = begun(at_work)
    later = Window("v", task="other")
    flow.joined(at_work, later, lambda: None)
    assert window.task == later.task == "search box"
    edited(at_work, window, "file:///a.py", opened("file:///a.py", "python", 1, "a\n"))
    edited(at_work, window, "file:///a.py", opened("file:///a.py", "python", 2, "a\nb\nc\n"))
    time.passes(60)
    flow.pause(at_work)
    time.passes(30)
    flow.resume(at_work)
    flow.end(at_work, complete=True, tests=False)
    assert (window.task, later.task) == ("main", "other")
    sql = "SELECT task, kind, ended - at, paused_s, lines, complete, tests FROM sessions"
    assert rows(at_work, sql) == [("search box", "assistance", 90.0, 30.0, 2, 1, 0)]
    assert rows(at_work, "SELECT task, lines FROM edits") == [("search box", 2)]
    kinds = [kind for (kind,) in rows(at_work, "SELECT kind FROM events ORDER BY id")]
    assert kinds == ["session_started", "session_paused", "session_resumed", "session_ended"]


@pytest.mark.asyncio
async def test_what_is_sent_away_and_thought_about_is_an_interruption(
    at_work: FakeHouse, time: Time
) -> None:
    window = begun(at_work)
    dismissed(at_work, window)
    time.passes(25)
    flow.typed(at_work)
    flow.interrupt(at_work, "the phone")
    assert flow.look(at_work) is not None
    assert at_work.flow.sitting is not None and at_work.flow.sitting.interruptions == 2
    sql = "SELECT cause, value FROM events WHERE kind = 'interrupted' ORDER BY id"
    assert rows(at_work, sql) == [("wrong_answer", 25.0), ("other: the phone", 0.0)]


@pytest.mark.asyncio
async def test_what_a_window_says_first_is_no_change(at_work: FakeHouse, time: Time) -> None:
    window = begun(at_work)
    for focused in (True, False, True):
        flow.focused(at_work, window, focused)
        time.passes(40)
    sql = "SELECT kind, value FROM events WHERE kind <> 'session_started' ORDER BY id"
    assert rows(at_work, sql) == [("focus_lost", None), ("focus_back", None), ("interrupted", 40.0)]


@pytest.mark.asyncio
async def test_nothing_is_noticed_in_a_pause(at_work: FakeHouse, time: Time) -> None:
    window = begun(at_work)
    flow.focused(at_work, window, True)
    flow.pause(at_work)
    flow.focused(at_work, window, False)
    time.passes(90)
    flow.focused(at_work, window, True)
    flow.answered(at_work, Reason.ENGINE_DIED, True, 900.0)
    flow.resume(at_work)
    assert at_work.flow.sitting is not None and at_work.flow.sitting.interruptions == 0


@pytest.mark.asyncio
async def test_without_help_there_is_silence_and_its_reason(at_work: FakeHouse) -> None:
    window = begun(at_work, Kind.BASELINE)
    assert await hushed(at_work, window, MOMENT) == (Reason.BASELINE, "")
    flow.end(at_work)
    assert await hushed(at_work, window, MOMENT) is None


@pytest.mark.asyncio
async def test_what_makes_no_session_is_refused(at_work: FakeHouse) -> None:
    window = Window("w")
    for feature, minutes in (("", 30.0), ("x", 0.0), ("x", -1.0), ("x", 2e3), ("x", float("nan"))):
        with pytest.raises(UserError):
            flow.start(at_work, window, feature, minutes)
    for act in (flow.pause, flow.resume, flow.end):
        with pytest.raises(UserError, match="no flow session"):
            act(at_work)
    flow.start(at_work, window, "x", 0.1)
    with pytest.raises(UserError, match="under way"):
        flow.start(at_work, window, "y", 1)


@pytest.mark.asyncio
async def test_it_goes_on_with_the_next_daemon(at_work: FakeHouse, time: Time) -> None:
    keep = at_work.ledger.path.with_name("flow.json")
    at_work.flow.keep = keep
    begun(at_work)
    time.passes(100)
    flow.interrupt(at_work, Cause.PEOPLE)
    time.passes(5)
    again = Flow(keep, lambda: time.now, lambda: time.wall)
    again.restore()
    assert again.sitting is not None
    assert (again.sitting.worked_s, again.sitting.interruptions) == (105.0, 1)
    assert again.running is not None
    time.passes(3_600)
    keep_text = keep.read_text("utf-8")
    again.restore()
    assert again.running is None and again.sitting.paused_s == 3_600.0
    for broken in ("", "[]", "{", keep_text.replace("assistance", "party")):
        keep.write_text(broken, "utf-8")
        other = Flow(keep)
        other.restore()
        assert other.sitting is None
    at_work.flow = again
    flow.end(at_work)
    assert not keep.exists()
    await asyncio.sleep(0)
