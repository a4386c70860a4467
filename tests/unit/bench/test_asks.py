"""When a typist asks: by the daemon's rules, the same each time, and rests take their share of the time."""

from __future__ import annotations

import itertools

import pytest

from symbiote.bench.asks import AFTER, BEFORE, BURST, per_minute, wishes, with_rests
from symbiote.bench.trace import File, Stroke, Trace
from symbiote.bench.typist import standard
from symbiote.features.rhythm import MOST

TRACE = standard()


def test_a_fast_engine_is_asked_at_every_key_and_a_slow_one_at_pauses() -> None:
    assert len(list(wishes(TRACE, 0.0))) == len(TRACE.strokes)
    assert per_minute(TRACE, 0.05) > per_minute(TRACE, 0.2) > per_minute(TRACE, 2.0) > 60


def test_an_ask_goes_out_before_the_next_key_and_no_later_than_the_longest_wait() -> None:
    now, keys = 0.0, []
    for stroke in TRACE.strokes:
        now += stroke.gap
        keys.append(now)
    asked = [wish.at for wish in wishes(TRACE, 0.4)]
    assert asked == sorted(asked)
    latest = iter(keys)
    key = next(latest)
    for at in asked:
        while (following := next(latest, float("inf"))) <= at:
            key = following
        assert 0 <= at - key <= MOST + 1e-6
        key = following


def test_the_text_is_that_around_the_cursor_by_then() -> None:
    strokes = (Stroke(0.1, 0, 2, 0, "x"), Stroke(0.1, 0, 3, 1, ""))
    trace = Trace("t", (File("a.py", "python", "abcd"),), strokes)
    found = [(wish.before, wish.after) for wish in wishes(trace, 0.0)]
    assert found == [("abx", "cd"), ("abx", "d")]
    assert all(len(w.before) <= BEFORE and len(w.after) <= AFTER for w in wishes(TRACE, 0.0))


@pytest.mark.parametrize("typing", [0.1, 0.5, 1.0])
def test_rests_leave_the_share_of_the_time_that_is_typed(typing: float) -> None:
    wished = list(wishes(TRACE, 0.4))
    spans = [list(with_rests(wished, typing, seed)) for seed in range(100)]
    ends = [span[-1].at for span in spans]
    mean = sum(ends) / len(ends)
    assert wished[-1].at / mean == pytest.approx(typing, rel=0.2)
    assert all(a.at <= b.at for span in spans[:5] for a, b in itertools.pairwise(span))


def test_from_the_first_second_on_that_share_of_users_types() -> None:
    wished = list(wishes(TRACE, 0.4))
    moments = (0.0, 3 * BURST, 15 * BURST)

    def times(seed: int) -> list[float]:
        early = itertools.takewhile(
            lambda wish: wish.at < moments[-1] + 2.0, with_rests(wished, 0.1, seed)
        )
        return [wish.at for wish in early]

    users = [times(seed) for seed in range(1_000)]
    for moment in moments:
        busy = sum(any(moment <= at < moment + 2.0 for at in user) for user in users)
        # 10 % type at the moment, and in two seconds another 1 % begins
        assert 0.07 <= busy / len(users) <= 0.15, moment
