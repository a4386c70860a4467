"""An answer of many lines that is paused and goes on is, token by token, the one without a pause."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, Done, End
from unit.engine.engines import CODE, ask, running, say

pytestmark = pytest.mark.asyncio

STOPS = (1, 4, 9, 17, 30)
FILE = Path(__file__).read_text("utf-8")
PROMPTS = [CODE, "x = [1, 1, 1, 1, ", *(FILE[:cut] for cut in range(200, 1_400, 240))]


async def some(engine: LocalEngine, asked: Ask, stop: int) -> tuple[str, int, Done | None]:
    """The text of the first `stop` pieces, the tokens they took, and the end if it came before."""
    text, tokens, heard = "", 0, 0
    async with contextlib.aclosing(engine.stream(asked)) as stream:
        async for part in stream:
            if isinstance(part, Done):
                return text, tokens, part
            assert isinstance(part, Delta)
            text, tokens, heard = text + part.text, tokens + part.tokens, heard + 1
            if heard == stop:
                break
    return text, tokens, None


async def test_paused_or_not_it_says_the_same(model: str) -> None:
    async with running(model) as engine:
        for prompt in PROMPTS:
            asked = ask(prompt, limit=60)
            whole, _, end = await some(engine, asked, 1_000)
            assert end is not None
            for stop in STOPS:
                begun, tokens, done = await some(engine, asked, stop)
                if done is not None:
                    continue
                await say(engine, ask("def f(", lines=1))
                rest, more, done = await some(
                    engine, replace(asked, said=begun, spent=tokens), 1_000
                )
                assert done is not None
                assert (begun + rest, done.end) == (whole, end.end), (prompt[-40:], stop)
                assert tokens + done.cost.tokens.generated == end.cost.tokens.generated
                assert tokens + more <= end.cost.tokens.generated


async def test_a_limit_beyond_half_the_context_is_cut_once(tiny: Path) -> None:
    async with running(tiny, context_tokens=256) as engine:
        half = engine.status.context // 2
        asked = ask("f(x)\n" * 300, limit=10_000)
        whole, _, end = await some(engine, asked, 1_000)
        assert end is not None
        for stop in (3, half - 1):
            begun, tokens, done = await some(engine, asked, stop)
            if done is not None:
                continue
            rest, _, done = await some(engine, replace(asked, said=begun, spent=tokens), 1_000)
            assert done is not None
            assert (begun + rest, done.end) == (whole, end.end)
            assert end.end is not End.LIMIT or tokens + done.cost.tokens.generated <= half
