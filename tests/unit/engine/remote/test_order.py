"""Who is asked first and for how long, how fast they were, and what may be sent: pure parts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from symbiote.engine.remote import presets, price
from symbiote.engine.remote.budget import BURST, MINUTE, Hedges, Purse, Rate, Unasked
from symbiote.engine.remote.chosen import Limits
from symbiote.engine.remote.latency import ANSWERS, SECONDS, Latency
from symbiote.engine.remote.order import FLOOR, by_speed, expand, need, patience, share
from symbiote.engine.remote.request import Message, Request


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_fastest_stands_for_those_that_are_not_named_before() -> None:
    fastest = ["a", "b", "c"]
    assert expand(("local", "fastest"), fastest) == ["a", "b", "c"]
    assert expand(("b", "local", "fastest"), fastest) == ["b", "a", "c"]
    assert expand(("x", "a"), fastest) == ["x", "a"]
    assert expand(("local",), fastest) == []


def test_the_fastest_first_and_before_it_who_was_never_measured() -> None:
    assert by_speed("abcd", {"a": 300, "b": None, "c": 100, "d": None}) == ["b", "d", "c", "a"]


@given(st.floats(0.3, 60.0), st.lists(st.none() | st.floats(1.0, 5000.0), max_size=5))
def test_half_of_the_time_at_most_is_kept_for_those_who_come_after(
    left: float, p50: list[float | None]
) -> None:
    needs = [need(one) for one in p50]
    own = share(left, needs)
    assert left / 2 <= own <= left
    if sum(needs) <= left / 2:
        assert left - own == pytest.approx(sum(needs))
    if len(needs) == 1:
        assert left - own > FLOOR, "the next one is really asked"


def test_patience() -> None:
    assert patience(None, "complete", probe=False) == 1.0
    assert patience(None, "rewrite", probe=False) > 5
    assert patience(50.0, "complete", probe=False) == 0.3
    assert patience(500.0, "complete", probe=False) == 2.0
    assert patience(50.0, "complete", probe=True) == 0.3
    assert patience(1000.0, "complete", probe=True) == 2.0


def test_latency_is_the_median_of_the_last_answers() -> None:
    clock = Clock()
    made = Latency(clock)
    assert made.p50("a", "complete") is made.high("a", "complete") is None
    for ms in [5000.0] * 5 + [100.0] * ANSWERS:
        made.took("a", "complete", ms)
    made.took("a", "complete", 9000.0)
    assert made.p50("a", "complete") == made.p50("a") == 100.0
    assert made.high("a", "complete") == 9000.0
    assert made.p50("a", "rewrite") is made.p50("b", "complete") is None
    clock.now += SECONDS + 1
    assert made.p50("a", "complete") is None, "it is tried again"


def test_waiting_in_vain_counts_where_it_took_longer_than_usual() -> None:
    made = Latency(Clock())
    made.took("a", "complete", 100.0)
    made.waited("a", "complete", 50.0)
    assert made.p50("a", "complete") == 100.0
    made.waited("a", "complete", 300.0)
    assert made.p50("a", "complete") == 200.0
    assert made.p50("a", "complete", answered=True) == 100.0
    made.forget("a")
    assert made.p50("a") is None


@example(1, [1.1089940156178528, 0.0])  # 60.000000000000114 by the sum of both
@given(st.integers(0, 5), st.lists(st.floats(0.0, 30.0), max_size=60))
def test_never_more_than_so_many_in_any_minute(most: int, steps: list[float]) -> None:
    clock = Clock()
    made, sent = Rate(most, clock), []
    for step in steps:
        clock.now += step
        wait = made.wait()
        assert made.take() == (wait == 0)
        if wait == 0:
            sent.append(clock.now)
        assert 0 <= wait <= MINUTE
        assert sum(at > clock.now - MINUTE for at in sent) <= most


def test_a_twentieth_may_be_asked_twice() -> None:
    made = Hedges()
    taken = 0
    for _ in range(1000):
        made.earn()
        taken += made.take()
    assert 49 <= taken <= 50
    for _ in range(1000):
        made.earn()
    assert [made.take() for _ in range(5)].count(True) == int(BURST)


class Book:
    """Refuses where `sentence` is set."""

    sentence = ""

    def __init__(self) -> None:
        self.told: list[Any] = []

    async def reserve(
        self, provider: str, model: str, task: str, usd_estimate: float, limits: Limits
    ) -> Any:
        self.told.append((provider, model, task, usd_estimate))
        return self if self.sentence else "a reservation"

    def settle(self, reservation: Any, usd: float | None) -> None:
        self.told.append(("settle", usd))

    def release(self, reservation: Any) -> None:
        self.told.append(("release",))


def test_money_is_reserved_for_the_most_and_settled_by_count() -> None:
    book, shipped = Book(), presets.load()
    purse = Purse(book, Clock())
    request = Request(messages=(Message("user", "x" * 30_000),), limit=1000)
    prompt = price.tokens(request)
    assert 10_000 <= prompt < 10_100
    hold = asyncio.run(purse.hold(shipped["mistral"], "rewrite", request, own=False))
    assert book.told[-1][:3] == ("mistral", "codestral-latest", "rewrite")
    assert book.told[-1][3] == pytest.approx((prompt * 0.3 + 1000 * 0.9) / 1e6)
    assert hold.settle(1000, 500, 10) == pytest.approx((1000 * 0.3 + 10 * 0.9) / 1e6)
    hold = asyncio.run(purse.hold(shipped["anthropic"], "complete", request, own=False))
    assert hold.settle(1000, 500, 0) == pytest.approx((500 * 1.0 + 500 * 0.1) / 1e6)
    hold.release()
    assert book.told[-1] == ("release",)


def test_no_price_is_the_dearest_one_and_a_server_of_ones_own_costs_nothing() -> None:
    book, shipped = Book(), presets.load()
    purse = Purse(book, Clock())
    hold = asyncio.run(purse.hold(shipped["cerebras"], "complete", Request("x"), own=False))
    most = price.most(price.dearest(), price.tokens(Request("x")), 64)
    assert book.told[-1][3] == pytest.approx(most)
    assert hold.settle(10, 0, 10) is None
    assert book.told[-1] == ("settle", None), "what was reserved stays spent"
    book.told.clear()
    hold = asyncio.run(purse.hold(shipped["ollama"], "complete", Request("x"), own=True))
    assert hold.settle(10, 0, 10) == 0.0
    hold.release()
    assert book.told == []


def test_a_refusal_is_believed_for_a_while() -> None:
    book, clock = Book(), Clock()
    purse = Purse(book, clock)
    book.sentence = "The day's limit is reached."
    with pytest.raises(Unasked, match="limit is reached"):
        asyncio.run(purse.hold(presets.load()["groq"], "rewrite", Request("x"), own=False))
    assert purse.refused == book.sentence
    clock.now += 31
    assert purse.refused == ""
