"""Every fault of the first provider, and the answer of the second within the deadline."""

from __future__ import annotations

import time

import pytest

from e2e.fault_rows import ANSWER, ROWS
from e2e.remote.asking import GRACE
from e2e.remote.clouds import ask, cloud
from symbiote.core.errors import EngineGone
from symbiote.engine.port import End

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
