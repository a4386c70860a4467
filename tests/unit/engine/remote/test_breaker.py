"""The breaker, case by case and as a state machine against a model of what it promises."""

from __future__ import annotations

import math

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from symbiote.engine.remote.breaker import (
    BLOCKING,
    FIRST,
    IN_A_ROW,
    LONGEST,
    MOST,
    UNTOLD,
    Breaker,
    Line,
    Pass,
    Phase,
)
from symbiote.engine.remote.errors import Kind

LINE = Line("groq", "a-model", "0123")
FAILURES = sorted(set(Kind) - BLOCKING - {Kind.REFUSED, Kind.RATE_LIMITED})


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def breaker(chance: float = 0.5) -> tuple[Breaker, Clock]:
    clock = Clock()
    return Breaker(clock, lambda: chance), clock


def admitted(made: Breaker, line: Line = LINE) -> Pass:
    found = made.admit(line)
    assert found is not None
    return found


def fail(made: Breaker, times: int, kind: Kind = Kind.OVERLOADED) -> None:
    for _ in range(times):
        made.failed(admitted(made), kind)


def test_half_of_at_least_five_failed() -> None:
    made, _ = breaker()
    fail(made, 4)
    assert made.standing(LINE).phase is Phase.CLOSED
    fail(made, 1)
    standing = made.standing(LINE)
    assert (standing.phase, standing.seconds, standing.why) == (Phase.OPEN, FIRST, Kind.OVERLOADED)
    assert made.admit(LINE) is None


def test_failures_of_long_ago_do_not_count() -> None:
    made, clock = breaker()
    for _ in range(30):
        fail(made, 1)
        clock.now += 30
    assert made.standing(LINE).phase is Phase.CLOSED


def test_three_that_did_not_reach_it() -> None:
    made, _ = breaker()
    for _ in range(4):
        made.succeeded(admitted(made))
    fail(made, IN_A_ROW - 1, Kind.NETWORK)
    made.succeeded(admitted(made))
    fail(made, IN_A_ROW - 1, Kind.NETWORK)
    assert made.standing(LINE).phase is Phase.CLOSED
    fail(made, 1, Kind.NETWORK)
    assert made.standing(LINE).phase is Phase.OPEN


def test_slow_answers_open_it_too() -> None:
    made, _ = breaker()
    for n in range(10):
        assert made.standing(LINE).phase is Phase.CLOSED, n
        made.succeeded(admitted(made), slow=True)
    assert made.standing(LINE).phase is Phase.OPEN


def test_one_probe_two_proofs_and_longer_each_time() -> None:
    made, clock = breaker()
    fail(made, 5)
    waits = []
    for _ in range(8):
        waits.append(made.standing(LINE).seconds)
        clock.now += waits[-1]
        assert made.standing(LINE).phase is Phase.HALF_OPEN
        probe = admitted(made)
        assert made.admit(LINE) is None
        made.failed(probe, Kind.TIMEOUT)
    assert waits == [2, 4, 8, 16, 32, LONGEST, LONGEST, LONGEST]
    clock.now += LONGEST
    made.succeeded(admitted(made))
    assert made.standing(LINE).phase is Phase.HALF_OPEN
    made.succeeded(admitted(made))
    assert made.standing(LINE).phase is Phase.CLOSED
    fail(made, 5)
    assert made.standing(LINE).seconds == FIRST


@pytest.mark.parametrize(("chance", "wait"), [(0.0, 0.8 * FIRST), (1.0, 1.2 * FIRST)])
def test_the_jitter(chance: float, wait: float) -> None:
    made, _ = breaker(chance)
    fail(made, 5)
    assert made.standing(LINE).seconds == pytest.approx(wait)


@pytest.mark.parametrize(
    ("told", "wait"), [(7.0, 7.0), (None, UNTOLD), (0.0, 1.0), (1e9, MOST), (math.inf, MOST)]
)
def test_retry_after_is_an_appointment(told: float | None, wait: float) -> None:
    made, clock = breaker()
    made.failed(admitted(made), Kind.RATE_LIMITED, told)
    assert made.standing(LINE).seconds == wait
    clock.now += wait
    made.succeeded(admitted(made))
    made.succeeded(admitted(made))
    fail(made, 5)
    assert made.standing(LINE).seconds == FIRST, "a rate limit is no failure"


def test_a_later_word_of_a_longer_wait_counts_and_a_shorter_one_does_not() -> None:
    made, _ = breaker()
    passes = [admitted(made) for _ in range(3)]
    for pass_, told in zip(passes, (10.0, 30.0, 5.0), strict=True):
        made.failed(pass_, Kind.RATE_LIMITED, told)
    assert made.standing(LINE).seconds == 30


@pytest.mark.parametrize("kind", sorted(BLOCKING))
def test_what_is_wrong_stays_wrong_until_it_changes(kind: Kind) -> None:
    made, clock = breaker()
    late = admitted(made)
    made.failed(admitted(made), kind)
    clock.now += 1e9
    assert made.admit(LINE) is None
    assert made.standing(LINE).seconds == math.inf
    made.succeeded(late)
    made.failed(made_pass := late, Kind.RATE_LIMITED, 1.0)
    assert made_pass.settled
    assert made.standing(LINE).phase is Phase.BLOCKED
    assert made.admit(Line(LINE.provider, LINE.model, "another key")) is not None
    made.forget(LINE)
    late = admitted(made)
    made.forget(LINE)
    made.failed(late, kind)
    assert made.admit(LINE) is not None


def test_cancels_hide_nothing_and_open_nothing() -> None:
    made, clock = breaker()
    for _ in range(100):
        made.cancelled(admitted(made))
    fail(made, 5)
    assert made.standing(LINE).phase is Phase.OPEN
    clock.now += FIRST
    made.cancelled(admitted(made))
    made.failed(admitted(made), Kind.REFUSED)
    made.succeeded(admitted(made))
    assert made.standing(LINE).phase is Phase.HALF_OPEN


def test_an_answer_to_a_question_from_before_closes_nothing() -> None:
    made, clock = breaker()
    late = [admitted(made) for _ in range(5)]
    fail(made, 5)
    clock.now += FIRST
    probe = admitted(made)
    for pass_ in late[:3]:
        made.succeeded(pass_)
    for pass_ in late[3:]:
        made.failed(pass_, Kind.OVERLOADED)
    assert made.standing(LINE).phase is Phase.HALF_OPEN
    assert made.admit(LINE) is None, "the probe is still out"
    made.succeeded(probe)


class Promises(RuleBasedStateMachine):
    """`until` and `blocked` are what was promised; passes come back in any order, or never."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = Clock()
        self.breaker = Breaker(self.clock, lambda: 0.5)
        self.out: list[Pass] = []
        self.until = 0.0
        self.blocked = False
        self.before_forgetting: list[Pass] = []

    @rule(seconds=st.floats(0.001, 100.0))
    def wait(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule()
    def admit(self) -> None:
        before = self.breaker.standing(LINE)
        pass_ = self.breaker.admit(LINE)
        probing = [p for p in self.out if p.probe and self._current(p)]
        if self.blocked or self.clock.now < self.until:
            assert pass_ is None
        elif before.phase is Phase.CLOSED:
            assert pass_ is not None
            assert not pass_.probe
        else:
            assert before.phase in (Phase.HALF_OPEN, Phase.OPEN)
            assert (pass_ is not None) == (before.phase is Phase.HALF_OPEN and not probing)
        if pass_ is not None:
            self.out.append(pass_)

    @precondition(lambda self: self.out)
    @rule(data=st.data(), slow=st.booleans())
    def succeed(self, data: st.DataObject, slow: bool) -> None:
        self.breaker.succeeded(self._back(data), slow=slow)

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        before = self.breaker.standing(LINE)
        self.breaker.cancelled(self._back(data))
        assert self.breaker.standing(LINE) == before

    @precondition(lambda self: self.out)
    @rule(data=st.data(), kind=st.sampled_from(FAILURES))
    def fail(self, data: st.DataObject, kind: Kind) -> None:
        self.breaker.failed(self._back(data), kind)

    @precondition(lambda self: self.out)
    @rule(data=st.data(), seconds=st.floats(0.0, 5000.0))
    def limit(self, data: st.DataObject, seconds: float) -> None:
        pass_ = self._back(data)
        self.breaker.failed(pass_, Kind.RATE_LIMITED, seconds)
        if pass_ in self.before_forgetting:
            return
        self.until = max(self.until, self.clock.now + min(max(seconds, 1.0), MOST))

    @precondition(lambda self: self.out)
    @rule(data=st.data(), kind=st.sampled_from(sorted(BLOCKING)))
    def block(self, data: st.DataObject, kind: Kind) -> None:
        pass_ = self._back(data)
        self.breaker.failed(pass_, kind)
        self.blocked = self.blocked or pass_ not in self.before_forgetting

    @rule()
    def forget(self) -> None:
        self.breaker.forget(LINE)
        self.blocked, self.until = False, 0.0
        self.before_forgetting = list(self.out)
        assert self.breaker.standing(LINE).phase is Phase.CLOSED

    @rule()
    def settle_again(self) -> None:
        if self.out:
            pass_ = self.out.pop()
            self.breaker.cancelled(pass_)
            before = self.breaker.standing(LINE)
            self.breaker.succeeded(pass_)
            self.breaker.failed(pass_, Kind.UNAUTHORIZED)
            assert self.breaker.standing(LINE) == before

    @invariant()
    def it_is_never_asked_too_early_and_never_lost(self) -> None:
        standing = self.breaker.standing(LINE)
        assert standing.seconds >= 0
        if self.blocked:
            assert standing.phase is Phase.BLOCKED
        else:
            assert standing.phase is not Phase.BLOCKED
            assert standing.seconds <= MOST + 1e-6
            assert standing.seconds >= self.until - self.clock.now - 1e-6
        assert (standing.phase is Phase.OPEN) == (0 < standing.seconds < math.inf)

    def _back(self, data: st.DataObject) -> Pass:
        return self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))

    def _current(self, pass_: Pass) -> bool:
        return self.breaker._circuits[LINE].probing is pass_


TestPromises = Promises.TestCase
