"""Every fault of the first provider, and the answer of the second within the deadline."""

from __future__ import annotations

import asyncio
import itertools
import time

import pytest

from e2e.fault_rows import ANSWER, ROWS, TEXT
from e2e.remote.asking import GRACE
from e2e.remote.clouds import ask, cloud, setting, without_hunter2
from symbiote.core.errors import EngineGone
from symbiote.engine.port import End, Outside, Request
from symbiote.engine.remote.outgoing import Outgoing
from symbiote.engine.remote.request import Message

SECONDS = 3.0
ANSWERS = {"fine", "torn", "cut_short", "forever"}
"""Rows that are answers: one with a limit that is ignored is cut here."""
PARTS = {"drip", "stalled_midway"}
"""Rows of which, alone, a part is there at the deadline."""


@pytest.mark.asyncio
@pytest.mark.parametrize("row", sorted(set(ROWS) - ANSWERS))
async def test_the_second_answers_within_the_deadline(row: str) -> None:
    async with cloud({"first": row, "second": "fine"}) as (made, server):
        begun = time.monotonic()
        texts, done = await ask(made, SECONDS, "first", "second", limit=1000)
        assert time.monotonic() - begun < SECONDS + GRACE
        assert [asked.fault for asked in server.asked] == [row, "fine"]
    assert texts == [ANSWER], "whole, and nothing of the first"
    assert done.by is not None
    assert (done.by.provider, done.by.model, done.by.attempts) == ("second", "m", 2)


@pytest.mark.asyncio
@pytest.mark.parametrize("row", sorted(set(ROWS) - ANSWERS - PARTS))
async def test_alone_it_is_gone_with_a_sentence_within_the_deadline(row: str) -> None:
    async with cloud({"first": row}) as (made, server):
        begun = time.monotonic()
        with pytest.raises(EngineGone, match=r"^first .*\.$"):
            await ask(made, 0.5, limit=1000)
        assert time.monotonic() - begun < 0.5 + GRACE
        assert len(server.asked) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("row", sorted(PARTS))
async def test_alone_a_part_is_an_answer_at_the_deadline(row: str) -> None:
    async with cloud({"first": row}) as (made, _):
        texts, done = await ask(made, 0.5, limit=1000)
    assert len(texts) == 1
    assert done.end is End.DEADLINE


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["fault_500", "rate_limited", "hung_up", "silent", "wrong_key"])
async def test_an_outage_costs_hardly_a_request_more(row: str) -> None:
    """Forty asks, one each 300 ms by the breaker's clock, after it has opened; its probes are among them."""
    now = 1000.0
    async with cloud({"first": row, "second": "fine"}, clock=lambda: now) as (made, server):
        before, seconds = 0, 0.8 if row == "silent" else SECONDS
        while made.standing()[0].state == "ready":
            await ask(made, seconds, "first", "second")
            before += 1
            assert before <= 10
        server.asked.clear()
        for _ in range(40):
            now += 0.3
            texts, _ = await ask(made, seconds, "first", "second")
            assert texts == [ANSWER]
        assert 40 <= len(server.asked) <= 44


@pytest.mark.asyncio
async def test_who_refuses_again_and_again_is_asked_last() -> None:
    now = 1000.0
    rows = {"first": "too_long", "second": "fine"}
    async with cloud(rows, clock=lambda: now) as (made, server):
        for _ in range(40):
            now += 0.3
            await ask(made, SECONDS, "first", "second")
        assert len(server.asked) == 40 + 5
        with pytest.raises(EngineGone, match="would not answer this request"):
            await ask(made, SECONDS, "first")
        now += 61
        server.asked.clear()
        await ask(made, SECONDS, "first", "second")
        assert [asked.fault for asked in server.asked] == ["too_long", "fine"]


@pytest.mark.asyncio
async def test_who_recovers_is_asked_again() -> None:
    now = 1000.0
    async with cloud({"first": "fault_500", "second": "fine"}, clock=lambda: now) as (made, _):
        for _ in range(6):
            await ask(made, SECONDS, "first", "second")
        assert [one.state for one in made.standing()] == ["resting", "ready"]
        assert "asked again in" in made.standing()[0].why
        monkey = ROWS["fault_500"]
        ROWS["fault_500"] = ROWS["fine"]
        try:
            now += 60
            for _ in range(3):
                _, done = await ask(made, SECONDS, "first", "second")
                assert done.by is not None
                assert done.by.provider == "first"
        finally:
            ROWS["fault_500"] = monkey
        assert made.standing()[0].state == "ready"


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["hung_up", "error_inside", "ended_early"])
async def test_a_rewrite_that_began_is_not_begun_again(row: str) -> None:
    async with cloud({"first": row, "second": "fine"}) as (made, server):
        heard: list[str] = []
        request = Request(messages=(Message("user", "x"),), deadline=time.monotonic() + SECONDS)
        with pytest.raises(EngineGone, match=r"^first"):
            await made.run(Outside(("first", "second"), request), "rewrite", heard.append)
        assert "".join(heard) == TEXT[0]
        assert len(server.asked) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["fault_503", "silent", "wrong_model"])
async def test_a_rewrite_streams_from_who_speaks_first(row: str) -> None:
    async with cloud({"first": row, "second": "fine"}) as (made, _):
        texts, done = await ask(made, SECONDS, "first", "second", task="rewrite")
    assert texts == list(TEXT)
    assert done.by is not None
    assert done.by.provider == "second"


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["silent", "stalled", "forever", "drip"])
@pytest.mark.parametrize("after", [0.0, 0.05])
async def test_cancelled_at_any_time_it_hangs_up_and_says_nothing_of_the_provider(
    row: str, after: float
) -> None:
    async with cloud({"first": row}) as (made, server):
        for _ in range(20):
            task = asyncio.create_task(ask(made, SECONDS, limit=10**6))
            await asyncio.sleep(after)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        assert made.standing()[0].state == "ready"
        await asyncio.sleep(0.05)
        assert server.open == 0
        assert made.able("complete", ("fastest",))


@pytest.mark.asyncio
async def test_turned_off_while_it_answers_it_hangs_up_and_the_next_one_answers() -> None:
    async with cloud({"first": "silent", "second": "fine"}) as (made, server):
        task = asyncio.create_task(ask(made, GRACE, "first", "second"))
        while not server.asked:
            await asyncio.sleep(0.001)
        made.configure(setting(server, {"second": "fine"}))
        texts, done = await task
        assert texts == [ANSWER]
        assert done.by is not None
        assert done.by.provider == "second"
        await asyncio.wait_for(server.hung_up.wait(), GRACE)


@pytest.mark.asyncio
async def test_the_clock_on_the_wall_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    async with cloud({"first": "silent", "second": "fine"}) as (made, _):
        monkeypatch.setattr(time, "time", itertools.cycle([0.0, 4e9]).__next__)
        begun = time.monotonic()
        for _ in range(3):
            texts, _ = await ask(made, 1.0, "first", "second")
            assert texts == [ANSWER]
        assert time.monotonic() - begun < 3 * (1.0 + GRACE)


@pytest.mark.asyncio
async def test_asked_too_often_by_our_own_limit() -> None:
    async with cloud({"first": "fine"}) as (made, server):
        made.configure({**setting(server, {"first": "fine"}), "limits": {"requestsPerMinute": 3}})
        for _ in range(3):
            await ask(made, SECONDS)
        with pytest.raises(EngineGone, match=r"3 times within a minute.*requestsPerMinute"):
            await ask(made, SECONDS)
        assert len(server.asked) == 3
        assert made.standing()[0].state == "resting"


@pytest.mark.asyncio
async def test_every_text_is_cleaned_and_counted_once() -> None:
    rows = {"first": "fault_500", "second": "fine"}
    async with cloud(rows, redact=without_hunter2) as (made, server):
        turns = Message("system", "hunter2"), Message("user", "a hunter2 b hunter2")
        for request in (
            Request("x = 'hunter2'\n", "hunter2", deadline=time.monotonic() + SECONDS),
            Request(messages=turns, deadline=time.monotonic() + SECONDS),
        ):
            done = await made.run(Outside(("first", "second"), request), "complete", lambda _: None)
            assert done.by is not None
            assert done.by.redacted == (2 if request.prefix else 3)
        assert len(server.asked) == 4
        assert all("hunter2" not in str(asked.body) for asked in server.asked)
        assert all("[secret]" in str(asked.body) for asked in server.asked)


@pytest.mark.asyncio
async def test_what_cannot_be_cleaned_does_not_leave() -> None:
    def redact(request: Request) -> Outgoing:
        raise RuntimeError(request.prefix)

    async with cloud({"first": "fine"}, redact=redact) as (made, server):
        with pytest.raises(EngineGone, match="not sent") as caught:
            await ask(made, SECONDS)
        assert "return" not in str(caught.value)
        assert server.connections == 0


@pytest.mark.asyncio
async def test_a_warmed_connection_is_used_and_says_whose_session_it_is() -> None:
    async with cloud({"first": "fine"}) as (made, server):
        await made.warm("complete")
        assert (server.connections, server.asked) == (1, [])
        request = Request("x", deadline=time.monotonic() + SECONDS)
        for session in ("a window", "a window", "another", ""):
            outside = Outside(("fastest",), request, session)
            await made.run(outside, "complete", lambda _: None)
        assert server.connections == 1
        told = [asked.headers.get("x-symbiote-session", "") for asked in server.asked]
        assert told[0] == told[1] != told[2]
        assert (told[3], len(told[0])) == ("", 16)


@pytest.mark.asyncio
async def test_with_nothing_turned_on_nothing_is_sent() -> None:
    async with cloud({}) as (made, server):
        made.keys({"groq": "a-key"})
        await made.warm("complete")
        with pytest.raises(EngineGone, match="No provider is turned on"):
            await ask(made, SECONDS)
        assert server.connections == 0


@pytest.mark.asyncio
async def test_a_test_tells_what_is_wrong_with_each_model() -> None:
    rows = {"good": "fine", "bad": "wrong_key", "slow": "fault_503"}
    async with cloud(rows) as (made, _):
        good, bad, slow = [await made.test(name) for name in rows]
    assert good.ok
    assert good.sentence.startswith("good answered in")
    assert not bad.ok
    assert "does not accept the key" in bad.sentence
    assert not slow.ok
    assert "HTTP 503" in slow.sentence
