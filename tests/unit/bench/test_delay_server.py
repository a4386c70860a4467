"""The simulated server speaks what every provider class reads, keeps its delays, and serves as many at once as it says."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from symbiote.bench.delay_server import Delays, delay_server
from symbiote.bench.outside import Sample, ask, ask_class, cloud
from symbiote.bench.providers import tasks_of
from symbiote.core.errors import UserError
from symbiote.engine.remote import presets
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.request import Request

QUICK = Delays(0.02, 2_000.0, 0.0)


def request(limit: int = 16) -> Request:
    return Request("x = ", "\n", limit=limit, deadline=time.monotonic() + 20)


@pytest.mark.asyncio
@pytest.mark.parametrize("name", sorted(presets.load()))
async def test_every_preset_reads_it(name: str) -> None:
    preset = presets.load()[name]
    async with delay_server({name: QUICK}) as server:
        for task in tasks_of(preset):
            key = Key("k", server.url(name))
            engine = presets.make(replace(preset, base_url=server.url(name)), task, key)
            for _ in range(2):
                found = await ask_class(engine, request())
                assert found.fault == ""
                assert found.generated == 16
                assert found.cached == 0
                assert found.first_ms >= 20
                assert found.whole_ms >= found.first_ms
            await engine.close()


def team(url: str) -> dict[str, object]:
    return {"team": {"baseUrl": url, "complete": "m", "way": "completions", "key": False}}


@pytest.mark.asyncio
async def test_no_more_are_served_at_once_than_there_are_slots() -> None:
    async with delay_server({"a": Delays(30.0, 5_000.0, 0.0, slots=2)}) as server:
        of = cloud(team(server.url("a")))
        asks = [asyncio.create_task(ask(of, "team", "complete", request())) for _ in range(4)]
        while server.requests < 4:
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
        assert len(server.served) == 2
        for task in asks:
            task.cancel()
        await asyncio.gather(*asks, return_exceptions=True)
        await of.close()


@pytest.mark.asyncio
async def test_who_hangs_up_makes_room_and_sessions_are_seen() -> None:
    async with delay_server({"a": Delays(30.0, 100.0, 0.0, slots=1)}) as server:
        of = cloud(team(server.url("a")))
        task = asyncio.create_task(ask(of, "team", "complete", request(), "window"))
        while not server.served:
            await asyncio.sleep(0.005)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        while not server.served[0].served:
            await asyncio.sleep(0.005)
        assert not server.served[0].whole
        assert len(server.served[0].session) == 16
        server.delays["a"] = QUICK
        assert (await ask(of, "team", "complete", request())).fault == ""
        await of.close()
        assert server.requests == 2


@pytest.mark.asyncio
async def test_what_it_does_not_know_is_404_and_the_sample_says_so() -> None:
    async with delay_server({"a": QUICK}) as server:
        of = cloud(team(server.url("b")))
        found = await ask(of, "team", "complete", request())
        await of.close()
    assert found.fault
    assert found.tokens_per_s is None


def test_tokens_a_second_are_those_after_the_first() -> None:
    assert Sample(100.0, 200.0, 11).tokens_per_s == pytest.approx(100.0)
    assert Sample(100.0, 200.0, 1).tokens_per_s is None


def test_a_setting_that_cannot_be_used_is_a_mistake() -> None:
    with pytest.raises(UserError, match="nonesuch"):
        cloud({"nonesuch": True})
