"""Asks that are withdrawn: the engine stops, forgets nothing it needs, and answers the next as new."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from symbiote.core.errors import Superseded
from symbiote.engine.desk import Desk
from symbiote.engine.local import catalogue
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.local.parking import MOST_STATES
from symbiote.engine.port import Ask, Done, Text
from unit.engine import tiny_gguf
from unit.engine.engines import ask, running, say

pytestmark = pytest.mark.asyncio

SLOW = tiny_gguf.Shape(
    width=256, layers=6, heads=4, kv_heads=2, head_width=64, hidden=768, context=4096
)
CODE = "def total(items):\n    result = 0\n    for item in items:\n        result += item\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(autouse=True)
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder / "home"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Path:
    return tiny_gguf.write(folder / "tiny.gguf")


@pytest.fixture(scope="module")
def slow(folder: Path) -> Path:
    return tiny_gguf.write(folder / "slow.gguf", SLOW)


@pytest.fixture(scope="module", params=["tiny", "embedded"])
def model(request: pytest.FixtureRequest, tiny: Path) -> Iterator[str]:
    if request.param == "embedded":
        catalogue.find("embedded")
        yield "embedded"
    else:
        yield str(tiny)


async def disturb(engine: LocalEngine) -> None:
    """Have the engine hold and park nothing of before: the next prompt is read from its first token."""
    for count in range(MOST_STATES + 1):
        await say(engine, Ask((Text(chr(ord("A") + count) * 200),), limit=0))


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
