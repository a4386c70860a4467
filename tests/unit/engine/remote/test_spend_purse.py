"""The purse with the real budget: what a request of a known provider reserves and costs."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.engine.remote import presets, price
from symbiote.engine.remote.budget import Purse, Unasked
from symbiote.engine.remote.chosen import Limits
from symbiote.engine.remote.request import Message, Request
from unit.engine.remote.spending import spending

SHIPPED = presets.load()
ASK = Request(messages=(Message("user", "x" * 3000),), limit=1000)
COUNTS = st.integers(0, 10**6)
PRICES = [one for preset in SHIPPED.values() for one in preset.prices.values()]


@pytest.mark.asyncio
async def test_an_answer_costs_what_the_provider_counts(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        purse = Purse(spend, time.monotonic)
        hold = await purse.hold(SHIPPED["anthropic"], "complete", ASK, own=False)
        reserved = (await spend.totals()).day
        assert reserved == pytest.approx((1016 * 1.25 + 1000 * 5.0) / 1e6)
        cost = hold.settle(1000, 400, 50, 500)
        assert cost == pytest.approx((100 * 1.0 + 400 * 0.1 + 500 * 1.25 + 50 * 5.0) / 1e6)
        assert (await spend.totals()).day == pytest.approx(cost)


@pytest.mark.asyncio
async def test_over_the_limit_nothing_is_asked(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        purse = Purse(spend, time.monotonic)
        purse.limits = Limits(usd_per_day=0.005)
        with pytest.raises(Unasked, match="usdPerDay"):
            await purse.hold(SHIPPED["anthropic"], "complete", ASK, own=False)
        assert "usdPerDay" in purse.refused
        free = await purse.hold(SHIPPED["ollama"], "rewrite", ASK, own=True)
        assert free.settle(1000, 0, 1000) == 0.0
        assert (await spend.totals()).day == 0.0


@pytest.mark.asyncio
async def test_what_is_of_no_known_price_counts_as_the_dearest(tmp_path: Path) -> None:
    async with spending(tmp_path / "s") as spend:
        purse = Purse(spend, time.monotonic)
        hold = await purse.hold(SHIPPED["deepseek"], "rewrite", ASK, own=False)
        assert hold.settle(1000, 0, 10) is None
        assert (await spend.totals()).day == pytest.approx((1016 * 3.75 + 1000 * 15.0) / 1e6)


@given(st.sampled_from(PRICES), COUNTS, st.floats(0, 1), st.floats(0, 1), COUNTS)
def test_no_answer_costs_more_than_the_most(
    told: presets.Price, prompt: int, cached: float, written: float, generated: int
) -> None:
    read = int(prompt * cached)
    kept = int((prompt - read) * written)
    cost = price.usd(told, prompt, read, generated, kept)
    assert 0 <= cost <= price.most(told, prompt, generated) + 1e-12
