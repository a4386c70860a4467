"""What every provider keeps to, whatever the other side does."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

import pytest

from e2e.fault_rows import CACHED_TOKENS, PROMPT_TOKENS, TEXT, TOKENS
from e2e.fault_server import faults
from e2e.remote.asking import GRACE, PATIENT, SHORT, ask, check_secret, fault_of
from e2e.remote.conftest import CANARY, SECRET, Made, everything
from symbiote.engine.port import Delta, Done, End
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.request import Message, Request

ROWS = {
    "rate_limited": Kind.RATE_LIMITED,
    "quota": Kind.QUOTA,
    "unpaid": Kind.QUOTA,
    "wrong_key": Kind.UNAUTHORIZED,
    "wrong_model": Kind.NOT_FOUND,
    "too_long": Kind.REFUSED,
    "fault_500": Kind.OVERLOADED,
    "fault_502": Kind.OVERLOADED,
    "fault_503": Kind.OVERLOADED,
    "error_200": Kind.OVERLOADED,
    "error_inside": Kind.OVERLOADED,
    "silent": Kind.TIMEOUT,
    "stalled": Kind.TIMEOUT,
    "hung_up": Kind.NETWORK,
    "ended_early": Kind.PROTOCOL,
    "no_json": Kind.PROTOCOL,
    "no_object": Kind.PROTOCOL,
    "huge_line": Kind.TOO_LARGE,
    "no_utf8": Kind.PROTOCOL,
    "page": Kind.CONTENT_TYPE,
    "packed": Kind.PROTOCOL,
    "no_http": Kind.PROTOCOL,
    "redirect": Kind.PROTOCOL,
}
AFTER = {"rate_limited": 7.0, "fault_503": 3.0}


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["fine", "torn"])
async def test_text_comes_in_pieces_and_ends_once(made: Made, row: str) -> None:
    async with faults() as server, made(server.url(row)) as provider:
        parts = await everything(provider.stream(ask()))
    texts = [part.text for part in parts if isinstance(part, Delta)]
    assert texts == list(TEXT)
    done = parts[-1]
    assert isinstance(done, Done)
    assert sum(isinstance(part, Done) for part in parts) == 1
    assert done.end is End.EOG
    tokens = done.cost.tokens
    assert (tokens.prompt, tokens.generated) == (PROMPT_TOKENS, TOKENS)
    assert tokens.evaluated == PROMPT_TOKENS - CACHED_TOKENS
    assert (tokens.cached, tokens.written) == (CACHED_TOKENS, 0)
    assert done.cost.timing.prefill > 0


@pytest.mark.asyncio
async def test_a_limit_is_told_and_one_that_is_ignored_is_kept_here(made: Made) -> None:
    async with faults() as server:
        async with made(server.url("cut_short")) as provider:
            parts = await everything(provider.stream(ask()))
        assert isinstance(done := parts[-1], Done)
        assert done.end is End.LIMIT
        async with made(server.url("forever")) as provider:
            parts = await everything(provider.stream(ask(limit=5)))
        assert isinstance(done := parts[-1], Done)
        assert done.end is End.LIMIT
        assert len(parts) == 5 + 1
        await asyncio.wait_for(server.hung_up.wait(), GRACE)


@pytest.mark.asyncio
async def test_a_stop_ends_the_answer_before_it(made: Made) -> None:
    async with faults() as server, made(server.url("fine")) as provider:
        parts = await everything(provider.stream(ask(stop=(" + ü",))))
    assert "".join(part.text for part in parts if isinstance(part, Delta)) == "return a"
    assert isinstance(done := parts[-1], Done)
    assert done.end is End.LINE


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ROWS)
async def test_every_fault_is_told_apart(
    made: Made, row: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    endless = ROWS[row] is Kind.TIMEOUT
    begun = time.monotonic()
    async with faults() as server:
        fault = await fault_of(made, server.url(row), ask(SHORT if endless else PATIENT))
        assert len(server.asked) == 1, "nothing is tried twice"
        assert SECRET in str(server.asked[0].headers)
    assert fault.kind is ROWS[row]
    assert fault.retry_after == AFTER.get(row)
    assert str(fault).startswith("Test ")
    assert time.monotonic() - begun < (SHORT + GRACE if endless else PATIENT)
    check_secret(caplog, fault)


@pytest.mark.asyncio
@pytest.mark.parametrize("row", ["stalled_midway", "drip"])
async def test_at_the_deadline_the_answer_so_far_is_the_answer(made: Made, row: str) -> None:
    begun = time.monotonic()
    async with faults() as server, made(server.url(row)) as provider:
        parts = await everything(provider.stream(ask(SHORT, limit=1000)))
        await asyncio.wait_for(server.hung_up.wait(), GRACE)
    assert time.monotonic() - begun < SHORT + GRACE
    assert isinstance(parts[0], Delta)
    assert parts[0].text == TEXT[0]
    assert isinstance(done := parts[-1], Done)
    assert done.end is End.DEADLINE


@pytest.mark.asyncio
async def test_a_deadline_that_is_over_asks_nobody(made: Made) -> None:
    async with faults() as server:
        fault = await fault_of(made, server.url("fine"), ask(-1.0))
        assert fault.kind is Kind.TIMEOUT
        assert server.connections == 0


@pytest.mark.asyncio
@pytest.mark.parametrize("how", ["close", "cancel"])
@pytest.mark.parametrize("row", ["forever", "stalled_midway"])
async def test_nobody_listens_any_more_and_the_connection_is_closed(
    made: Made, how: str, row: str
) -> None:
    async with faults() as server, made(server.url(row)) as provider:
        stream = provider.stream(ask(limit=10**9))
        assert isinstance(await anext(stream), Delta)
        if how == "close":
            await stream.aclose()
        else:
            task = asyncio.create_task(everything(stream))
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Fault):
                await task
        await asyncio.wait_for(server.hung_up.wait(), GRACE)


@pytest.mark.asyncio
async def test_cancelled_while_nothing_has_come_closes_too(made: Made) -> None:
    async with faults() as server, made(server.url("silent")) as provider:
        task = asyncio.create_task(everything(provider.stream(ask())))
        while not server.asked:
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.hung_up.wait(), GRACE)


@pytest.mark.asyncio
async def test_what_is_sent(made: Made) -> None:
    async with faults() as server, made(server.url("fine")) as provider:
        await everything(provider.stream(ask(stop=("\n", "END"))))
        (asked,) = server.asked
    body = asked.body
    assert (body["model"], body["stream"], body["max_tokens"]) == ("a-model", True, 64)
    assert body.get("stop", body.get("stop_sequences")) in (["\n", "END"], ["END"])
    assert CANARY in str(body)
    assert asked.headers["accept-encoding"] == "identity"


@pytest.mark.asyncio
async def test_half_a_surrogate_is_no_reason_to_fail(made: Made) -> None:
    request = Request("a\ud800b", "\udfff", deadline=time.monotonic() + PATIENT)
    async with faults() as server, made(server.url("fine")) as provider:
        parts = await everything(provider.stream(request))
    assert isinstance(parts[-1], Done)


@pytest.mark.asyncio
async def test_a_conversation_goes_as_one_or_is_refused(made: Made) -> None:
    turns = (Message("system", "be brief"), Message("user", CANARY))
    request = Request(messages=turns, deadline=time.monotonic() + PATIENT)
    async with faults() as server, made(server.url("fine")) as provider:
        try:
            await everything(provider.stream(request))
        except Fault as fault:
            assert fault.kind is Kind.REFUSED
            assert str(fault).startswith("Test ")
            assert not server.asked
        else:
            body = server.asked[0].body
            assert body["messages"][-1] == {"role": "user", "content": CANARY}
