"""Asks that are withdrawn: the engine stops, forgets nothing it needs, and answers the next as new."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import pytest

from symbiote.core.errors import Superseded
from symbiote.engine.desk import Desk
from symbiote.engine.port import Done
from unit.engine.engines import CODE, ask, disturb, running, say

pytestmark = pytest.mark.asyncio


async def test_two_tasks_take_turns(tiny: Path) -> None:
    async with running(tiny) as engine:
        alone = [await say(engine, ask(prefix)) for prefix in ("one", "two", "three")]
        both = await asyncio.gather(
            *(say(engine, ask(prefix)) for prefix in ("one", "two", "three"))
        )
        assert [text for text, _ in both] == [text for text, _ in alone]


async def test_a_cancel_while_reading_or_writing_leaves_no_trace(slow: Path) -> None:
    long = CODE * 12
    async with running(slow) as fresh, running(slow) as engine:
        expected, whole = await say(fresh, ask(long, CODE, limit=12))
        for delay in (0.0, 0.001, 0.01, 0.03, 0.1, 0.2, 0.3):
            await disturb(engine)
            task = asyncio.create_task(say(engine, ask(long, CODE, limit=2000)))
            await asyncio.sleep(delay)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            text, done = await say(engine, ask(long, CODE, limit=12))
            assert text == expected
            assert done.cost.tokens.prompt == whole.cost.tokens.prompt


async def test_a_cancel_after_each_token_leaves_no_trace(model: str) -> None:
    async with running(model) as engine:
        expected, _ = await say(engine, ask(CODE, "", limit=20))
        for stop in range(1, 12):
            stream = engine.stream(ask(CODE, "", limit=20))
            said = []
            async with contextlib.aclosing(stream):
                async for part in stream:
                    if isinstance(part, Done):
                        break
                    said.append(part.text)
                    if len(said) == stop:
                        break
            assert expected.startswith("".join(said))
            text, _ = await say(engine, ask(CODE, "", limit=20))
            assert text == expected


async def test_a_read_half_of_a_prompt_is_not_read_again(slow: Path) -> None:
    long = CODE * 20
    async with running(slow) as engine:
        _, whole = await say(engine, ask(long, limit=1))
        await disturb(engine)
        task = asyncio.create_task(say(engine, ask(long, limit=1)))
        await asyncio.sleep(whole.cost.timing.prefill / 2000)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        _, done = await say(engine, ask(long, limit=1))
        assert done.cost.tokens.evaluated < whole.cost.tokens.evaluated


async def test_storms_of_cancels_at_the_desk(tiny: Path) -> None:
    async with running(tiny) as engine:
        desk = Desk(engine)
        expected, _ = await say(engine, ask("last"))
        pid = engine.status.pid

        async def key(number: int) -> str:
            said: list[str] = []
            with contextlib.suppress(Superseded):
                await desk.run(("w", "complete"), ask("k" * number, limit=200), said.append)
            return "".join(said)

        tasks = []
        for number in range(1, 80):
            tasks.append(asyncio.create_task(key(number)))
            await asyncio.sleep(0.004 if number % 3 else 0)
        await asyncio.gather(*tasks)
        last: list[str] = []
        await desk.run(("w", "complete"), ask("last"), last.append)
        assert "".join(last) == expected
        assert engine.status.pid == pid
