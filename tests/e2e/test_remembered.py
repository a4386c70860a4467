"""Remembered answers over the socket: two windows, a daemon that starts again, other words, forgetting by hand."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from typing import Any

from e2e.rewrites import CODE, Shown
from e2e.windows import URI, Window, stop_daemon, windows
from symbiote.core import paths
from symbiote.core.errors import ModelError
from symbiote.engine.local.embedding.model import checked, described

INSTRUCT = {"model": "fake-instruct"}
WISH = "make it slow 3"


async def started(window: Window) -> int:
    note = (await window.state())["engine"]["note"]
    return int(json.loads(note)["started"])


async def asked(window: Window, wish: str, rewrite: str, **more: Any) -> dict[str, Any]:
    shown = Shown(window)
    _, answer = shown.ask(3, 7, wish, rewrite, **more)
    ended = await shown.rewritten(answer, rewrite)
    if ended["text"] is not None:
        assert shown.text == CODE.replace("\n".join(CODE.split("\n")[3:7]), ended["text"])
    return ended


def command(*arguments: str) -> str:
    return subprocess.run(
        [sys.executable, "-m", "symbiote", *arguments], capture_output=True, text=True, check=True
    ).stdout


async def kept(many: int) -> None:
    """Until so many answers are remembered."""
    async with asyncio.timeout(60):
        while json.loads(await asyncio.to_thread(command, "answers", "--json"))["answers"] < many:
            await asyncio.sleep(0.05)


def test_another_window_and_another_daemon_remember_it_until_it_is_forgotten() -> None:
    async def first() -> None:
        async with windows(2, settings=INSTRUCT) as (one, other):
            said = await asked(one, WISH, "a")
            assert (said["origin"], said["reason"]) == ("computed", None)
            await kept(1)
            before = await started(one)
            again = await asked(other, WISH, "b")
            assert (again["origin"], again["text"]) == ("remembered", said["text"])
            assert (again["engine"], again["model"]) == (said["engine"], said["model"])
            assert (again["detail"], again["tokensPerSecond"]) == ("", 0)
            assert await started(one) == before

    async def second() -> None:
        async with windows(1, settings=INSTRUCT) as (one,):
            assert (await asked(one, WISH, "c"))["origin"] == "remembered"
            shown = Shown(one)
            _, answer = shown.ask(3, 7, "", "c", rerun=True)
            assert (await shown.rewritten(answer, "c"))["origin"] == "computed"
            assert "Forgotten: 1" in await asyncio.to_thread(command, "answers", "--clear")
            assert (await asked(one, WISH, "d"))["origin"] == "computed"

    asyncio.run(first())
    asyncio.run(stop_daemon())
    asyncio.run(second())


def test_other_words_find_it_where_there_is_a_model_for_them() -> None:
    try:
        checked(described())
        there = True
    except ModelError:
        there = False

    async def run() -> None:
        async with windows(1, settings=INSTRUCT) as (one,):
            await asked(one, "add a docstring, slow 2", "e")
            for words in ("add a docstring, slow 3", "remove the docstring, slow 2"):
                assert (await asked(one, words, words))["origin"] == "computed"
            found, number = {"origin": ""}, 0
            async with asyncio.timeout(60):  # the embedding model begins with the first answer
                while found["origin"] != "remembered" and (there or number < 3):
                    number += 1
                    words = f"{'please ' * number}add a docstring, slow 2"
                    found = await asked(one, words, f"f{number}")
                    assert there or found["origin"] == "computed"
            if there:
                assert "add a docstring, slow 2”" in found["detail"]

    asyncio.run(run())


def test_nothing_of_a_document_is_in_the_log() -> None:
    log = paths.log().read_text("utf-8", "replace")
    assert WISH not in log
    assert URI not in log
