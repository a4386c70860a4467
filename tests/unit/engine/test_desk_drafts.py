"""Drafts of a long answer are told as they come, however often it is paused."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest

from symbiote.engine.desk import COMPLETE, REWRITE, Desk
from symbiote.engine.port import Ask, Delta, Done
from unit.clock import run
from unit.doubles import Narrator
from unit.engine.test_desk import LONG, SHORT, STORY, ignore


class Drafting(Narrator):
    """Every token was a draft."""

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        async with contextlib.aclosing(super().stream(ask)) as stream:
            async for part in stream:
                if isinstance(part, Delta):
                    yield Delta(part.text, 1, 1)
                else:
                    part.cost.tokens.accepted = part.cost.tokens.generated
                    yield part


@pytest.mark.parametrize("delays", [[], [0.035], [0.02, 0.03]])
def test_drafts_are_told_as_they_come_and_counted_through_pauses(delays: list[float]) -> None:
    told: list[int] = []

    async def play() -> Done:
        desk = Desk(Drafting(tokens=STORY, delay=0.01))
        long = asyncio.create_task(desk.run(("w", REWRITE), LONG, ignore, told.append))
        for delay in delays:
            await asyncio.sleep(delay)
            await desk.run(("v", COMPLETE), SHORT, ignore)
        return await long

    tokens = run(play()).cost.tokens
    assert sum(told) == tokens.accepted == tokens.generated == len(STORY)
