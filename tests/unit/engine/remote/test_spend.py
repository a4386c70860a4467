"""Money: what is reserved, settled and refused."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.remote.book import MOST, NANO, day_of
from symbiote.engine.remote.spend import Reservation, Spend, nanos
from unit.engine.remote.spending import CAPS, DAY, NOON, Caps, Clock, refused, reserved, spending


@pytest.mark.asyncio
async def test_what_is_reserved_counts_until_it_is_settled(tmp_path: Path) -> None:
    async with spending(tmp_path / "deep" / "spend.sqlite3") as spend:
        first = await reserved(spend, 0.6)
        assert "limits.usdPerDay" in await refused(spend, 0.5)
        spend.settle(first, 0.25)
        second = await reserved(spend, 0.5)
        spend.release(second)
        assert (await spend.totals(CAPS)).day == 0.25
        third = await reserved(spend, 0.75)
        spend.settle(third, None)
        told = await spend.totals()
        assert (told.day, told.month, told.cap_day, told.cap_month) == (1.0, 1.0, 1.0, 10.0)
        assert told == spend.recent
        assert await refused(spend, 1e-9)
    assert (tmp_path / "deep" / "spend.sqlite3").stat().st_mode & 0o77 == 0


@pytest.mark.asyncio
async def test_another_amount_is_told_when_it_is_known(tmp_path: Path) -> None:
    told: list[float] = []
    spend = Spend(tmp_path / "s", told=lambda: told.append(spend.recent.day))
    one = await reserved(spend, 0.5)
    spend.settle(one, 0.125)
    await spend.totals()
    await spend.totals()  # the same amount is no news
    await spend.close()
    assert told == [0.5, 0.125]


@pytest.mark.asyncio
async def test_a_reservation_ends_once(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        one = await reserved(spend, 0.5)
        for _ in range(3):
            spend.settle(one, 0.125)
            spend.release(one)
        assert (await spend.totals()).day == 0.125


@pytest.mark.asyncio
async def test_the_month_has_a_limit_of_its_own(tmp_path: Path) -> None:
    clock, caps = Clock(), Caps(None, 1.0)
    async with spending(tmp_path / "s", clock) as spend:
        await reserved(spend, 0.75, caps)
        clock.now += DAY
        assert "a month" in await refused(spend, 0.5, caps)
        clock.now += 31 * DAY
        await reserved(spend, 0.5, caps)
        assert (await spend.totals()).month == 0.5


@pytest.mark.asyncio
async def test_no_limit_and_a_limit_of_nothing(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        await reserved(spend, 5000.0, Caps(None, None))
        assert await refused(spend, 1e-9, Caps(0.0, None))


@pytest.mark.parametrize("usd", [-1.0, float("nan"), float("inf")])
@pytest.mark.asyncio
async def test_an_amount_that_is_none(tmp_path: Path, usd: float) -> None:
    async with spending(tmp_path / "s") as spend:
        with pytest.raises(ValueError, match="USD"):
            await spend.reserve("p", "m", "t", usd, CAPS)


@pytest.mark.asyncio
async def test_a_provider_that_claims_the_world(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        spend.settle(await reserved(spend, 0.1), 1e30)
        spend.settle(await reserved(spend, 0.1, Caps(None, None)), float("nan"))
        assert await refused(spend, 1e-9)
        assert (await spend.totals()).day == MOST / NANO + 0.1


@pytest.mark.asyncio
async def test_several_daemons_share_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "s"
    async with spending(path) as one, spending(path) as other:
        first = await reserved(one, 0.75)
        assert await refused(other, 0.5)
        one.settle(first, 0.25)
        assert (await one.totals()).day == 0.25
        await reserved(other, 0.5)
        assert (await one.totals()).day == 0.75


@pytest.mark.asyncio
async def test_sums_by_whom_and_when(tmp_path: Path) -> None:
    clock = Clock()
    async with spending(tmp_path / "s", clock) as spend:
        for provider, model, task in (
            ("a", "m", "complete"),
            ("a", "n", "rewrite"),
            ("b", "m", "rewrite"),
        ):
            found = await spend.reserve(provider, model, task, 0.25, CAPS)
            assert isinstance(found, Reservation)
            spend.settle(found, 0.125)
        clock.now += DAY
        await reserved(spend, 0.5)
        told = {
            by: [(one.key, one.requests, one.usd) for one in await spend.sums(by)]
            for by in (("day",), ("month", "provider"), ("task",))
        }
        assert told[("day",)] == [(("2026-11-21",), 3, 0.375), (("2026-11-22",), 1, 0.5)]
        assert told[("month", "provider")] == [
            (("2026-11", "a"), 2, 0.25),
            (("2026-11", "b"), 1, 0.125),
            (("2026-11", "groq"), 1, 0.5),
        ]
        assert told[("task",)] == [(("complete",), 2, 0.625), (("rewrite",), 2, 0.25)]
        with pytest.raises(ValueError, match="nano"):
            await spend.sums(("nano",))


@pytest.mark.asyncio
async def test_a_clock_that_goes_back_frees_nothing(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "s"
    async with spending(path, clock) as spend:
        await reserved(spend, 0.75)
        for back in (DAY, 40 * DAY, 400 * DAY, NOON, 2 * NOON):
            clock.now = NOON - back
            sentence = await refused(spend, 0.5)
            assert str(path) in sentence and "2026-11-21" in sentence and "deleted" in sentence
        clock.now = NOON - DAY
        await reserved(spend, 0.25)  # what is left of the later day
        clock.now = NOON
        assert await refused(spend, 0.1)
        clock.now = NOON + DAY
        await reserved(spend, 1.0)


@pytest.mark.asyncio
async def test_a_clock_at_the_end_of_time(tmp_path: Path) -> None:
    async with spending(tmp_path / "s", Clock(1e300)) as spend:
        await reserved(spend, 0.5)
        assert await refused(spend, 0.75)
    assert day_of(1e300) == "9999-12-31"


@pytest.mark.asyncio
async def test_reservations_of_the_dead_are_spent(tmp_path: Path) -> None:
    clock, path = Clock(), tmp_path / "s"
    async with spending(path, clock) as dead:
        lost = await reserved(dead, 0.75)
    async with spending(path, clock) as spend:
        assert await refused(spend, 0.5)
        clock.now += DAY
        await reserved(spend, 0.5)
        spend.settle(lost, 0.0)  # too late: it is nobody's by now
        assert [one.usd for one in await spend.sums()] == [0.75, 0.5]
    base = sqlite3.connect(path)
    assert base.execute("SELECT count(*) FROM reserved").fetchone() == (1,)
    base.close()


@pytest.mark.asyncio
async def test_who_is_cancelled_leaves_nothing_reserved(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        for turns in range(6):
            asked = asyncio.ensure_future(reserved(spend, 0.5))
            for _ in range(turns):
                await asyncio.sleep(0)
            asked.cancel()
            await asyncio.gather(asked, return_exceptions=True)
        while (await spend.totals()).day:
            await asyncio.sleep(0.001)
        await reserved(spend, 1.0)


@pytest.mark.asyncio
async def test_after_the_end(tmp_path: Path) -> None:
    spend = Spend(tmp_path / "s")
    one = await reserved(spend, 0.5)
    await spend.close()
    await spend.close()
    assert await refused(spend, 0.1)
    spend.settle(one, 0.25)
    assert (await spend.totals()).day == 0.5


@given(st.floats(0, 1e9), st.integers(1, 100))
def test_amounts_are_rounded_up_by_less_than_a_billionth(usd: float, times: int) -> None:
    assert nanos(usd) >= min(usd, MOST / NANO) * NANO - 1e-5 * max(usd, 1)
    assert nanos(usd) <= usd * NANO + 1
    assert sum([nanos(0.1)] * times) == times * NANO // 10
