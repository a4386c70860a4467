"""Rewrites through the real daemon and the real engine, with the embedded models."""

from __future__ import annotations

import asyncio
import os
import signal
import string
from pathlib import Path
from typing import Any

import pytest

from e2e.rewrites import CODE, Shown
from e2e.windows import REAL, VS_CODE, Window, processes, windows
from symbiote.wire.client import Refused
from unit.engine import tiny_gguf

LINE = string.ascii_letters + string.digits
SLOW = tiny_gguf.Shape(
    width=512,
    layers=8,
    heads=4,
    kv_heads=2,
    head_width=128,
    hidden=2048,
    context=4096,
    specials=(*tiny_gguf.SPECIALS, "<|im_start|>", "<|im_end|>"),
)


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A model that says the same line again and again, letter by letter: long enough to do something in the meantime."""
    file = tmp_path_factory.mktemp("model") / "qwen-endless-instruct.gguf"
    return str(tiny_gguf.write(file, SLOW, cycle=f"{LINE}\n".encode()))


async def rewriter(window: Window) -> int:
    """The process of the model that rewrites."""
    first = (await window.state())["engine"]["pid"]
    (second,) = (pid for pid in processes("symbiote.engine.local.worker") if pid != first)
    return second


async def begun(shown: Shown) -> tuple[int, asyncio.Future[Any]]:
    """A rewrite whose first line has come."""
    number, answer = shown.ask(3, 7, "go on")
    async with asyncio.timeout(60):
        while shown.lines[3] != LINE:
            shown.take()
            await asyncio.sleep(0.002)
    return number, answer


def test_a_model_of_its_own_writes_until_it_is_stopped(endless: str) -> None:
    async def run() -> None:
        settings = {"model": "embedded", "rewriteModel": endless}
        async with windows(2, REAL, (VS_CODE,), settings) as (window, other):
            shown = Shown(window)
            number, answer = await begun(shown)
            await other.type("def f(a):\n    return ")
            await other.suggestion(1, 11)
            window.client.cancel(number)
            with pytest.raises(Refused) as caught:
                await answer
            assert caught.value.code == -32800
            shown.take()
            assert shown.lines[3] == LINE
            assert "def first(a):" in shown.text
            told = len(window.progress)
            await asyncio.sleep(0.1)
            assert len(window.progress) == told

    asyncio.run(run())


def test_what_came_stays_when_the_engine_is_killed(endless: str) -> None:
    async def run() -> None:
        settings = {"model": "embedded", "rewriteModel": endless}
        async with windows(1, REAL, (VS_CODE,), settings) as (window,):
            shown = Shown(window)
            _, answer = await begun(shown)
            os.kill(await rewriter(window), signal.SIGKILL)
            ended = await shown.rewritten(answer)
            assert ended["reason"] == "engine_died"
            assert ended["text"] in shown.text
            assert shown.text.startswith(f"import os\n\n\n{LINE}\n")
            assert shown.text.endswith(CODE[CODE.index("def first") :])

    asyncio.run(run())


def test_a_model_without_end_is_ended(endless: str) -> None:
    async def run() -> None:
        settings = {"model": "embedded", "rewriteModel": endless}
        async with windows(1, REAL, (VS_CODE,), settings) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(3, 7, "go on")
            ended = await shown.rewritten(answer)
            assert ended["reason"] == "endless"
            assert ended["model"] == Path(endless).stem
            assert shown.text.replace(f"{LINE}\n", "") == CODE
            assert shown.lines[3] == LINE

    asyncio.run(run())


def test_the_real_engine_streams_into_a_document_that_is_whole_at_every_moment() -> None:
    """The embedded model follows no instruction; what it writes is told, applied and counted all the same."""

    async def run() -> None:
        settings: dict[str, Any] = {"model": "embedded"}
        async with windows(1, REAL, (VS_CODE,), settings) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(3, 7, "add a docstring")
            seen = [shown.text]
            while not answer.done():
                if shown.take():
                    seen.append(shown.text)
                await asyncio.sleep(0.002)
            ended = await shown.rewritten(answer)
            assert ended["model"] == "embedded"
            assert ended["tokens"]["generated"] > 0
            for text in (*seen, shown.text):
                assert text.startswith("import os\n\n\n")
                assert text.endswith("\n\n\ndef second(a):\n    return a\n")
            if ended["text"] is not None:
                assert ended["text"] in shown.text
                assert ended["firstTextMs"] > 0
            found = await window.client.request("symbiote/intentions", {})
            assert "embedded completes code" in found["problem"]
            assert found["buttons"][0]["command"] == "workbench.action.openSettings"

    asyncio.run(run())
