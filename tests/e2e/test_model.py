"""The same promises with the real model in its real process, through the installed program."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import REAL, URI, Window, alive, processes, windows
from symbiote.core.answer import Reason
from symbiote.wire.client import Refused

pytestmark = pytest.mark.asyncio

CODE = """\
def total(prices):
    result = 0
    for price in prices:
        result += price
    return result


def average(prices):
    return """
END = (8, 11)
PATIENT = {"deadlineMs": 10_000}
"""These tests ask whether, not how fast."""


def fresh(number: int, lines: int = 150) -> str:
    """A text no cache knows, long enough to keep the engine busy for a while."""
    return "".join(f"value_{number}_{line} = {line * number}\n" for line in range(lines)) + CODE


@contextlib.asynccontextmanager
async def pair() -> AsyncGenerator[tuple[Window, Window], None]:
    async with windows(2, REAL, settings=PATIENT) as (a, b):
        yield a, b


async def complete(one: Window, text: str, line: int, character: int) -> dict[str, Any]:
    """One completion with its costs."""
    await one.type(text)
    asked = {"textDocument": {"uri": URI}, "position": {"line": line, "character": character}}
    found: dict[str, Any] = await one.client.request("symbiote/complete", asked)
    return found


def at_end(text: str) -> tuple[int, int]:
    lines = text.split("\n")
    return len(lines) - 1, len(lines[-1])


async def engine(one: Window) -> dict[str, Any]:
    found: dict[str, Any] = (await one.state())["engine"]
    return found


async def ready_again(one: Window, than: int, within: float = 60.0) -> dict[str, Any]:
    """The engine once it runs in another process than `than`."""
    async with asyncio.timeout(within):
        while True:
            now = await engine(one)
            if now["state"] == "ready" and now["pid"] not in (0, than):
                return now
            await asyncio.sleep(0.05)


async def test_two_windows_one_engine() -> None:
    async with pair() as (a, b):
        got = await asyncio.gather(complete(a, CODE, *END), complete(b, CODE, *END))
        for answer in got:
            assert answer["schema"] == 1
            assert answer["model"]
            assert answer["tokens"]["prompt"] > 10
            assert answer["text"] or answer["reason"] in set(Reason)
        mine, theirs = await engine(a), await engine(b)
        assert mine["pid"] == theirs["pid"] != 0
        assert alive(mine["pid"])
        assert len(processes("symbiote")) >= 4  # two forwarders, the daemon, the worker
        assert [pid for pid in processes("worker") if pid != mine["pid"]] == []


async def test_answers_reach_the_window_that_asked() -> None:
    """Both ask at once, and each gets what only its own text can bring forth."""
    async with pair() as (a, b):
        for number in range(5):
            mine, theirs = (
                f"first_{number} = load_{name}(path)\nsecond_{number} = load_"
                for name in ("alpha", "omega")
            )
            got = await asyncio.gather(
                complete(a, mine, *at_end(mine)), complete(b, theirs, *at_end(theirs))
            )
            assert [answer["text"][:5] for answer in got] == ["alpha", "omega"]
        await a.leave()
        assert (await complete(b, theirs, *at_end(theirs)))["text"].startswith("omega")


async def test_cancel_then_the_next_is_answered() -> None:
    async with pair() as (a, b):
        for number in range(1, 6):
            text = fresh(number)
            await a.type(text)
            asked, answer = a.ask(*at_end(text))
            await asyncio.sleep(0.01)
            a.client.cancel(asked)
            with contextlib.suppress(Refused):  # an answer may have been faster
                assert isinstance(await asyncio.wait_for(answer, 20), list)
        assert (await complete(b, CODE, *END))["reason"] not in ("internal", "engine_died")


async def test_newest_wins() -> None:
    async with pair() as (a, b):
        asked = []
        for number in range(6):
            text = fresh(10) + "average_" * number
            a.client.open(URI, text, version=number)
            line, character = at_end(text)
            params = {
                "textDocument": {"uri": URI},
                "position": {"line": line, "character": character},
            }
            asked.append(a.client.ask("symbiote/complete", params)[1])
        other = asyncio.create_task(complete(b, CODE, *END))
        *older, newest = await asyncio.wait_for(asyncio.gather(*asked), 60)
        assert newest["reason"] != "superseded"
        assert "superseded" in {answer["reason"] for answer in older}
        assert (await other)["reason"] != "superseded"


async def test_the_engine_is_killed_in_the_middle_of_an_answer() -> None:
    async with pair() as (a, b):
        before = await engine(a)
        text = fresh(77)
        await a.type(text)
        os.kill(before["pid"], signal.SIGSTOP)  # so that the kill surely comes in the middle
        _, answer = a.ask(*at_end(text))
        await asyncio.sleep(0.2)
        os.kill(before["pid"], signal.SIGKILL)
        assert await asyncio.wait_for(answer, 20) == []
        assert await a.silence() == "engine_died"
        after = await ready_again(b, before["pid"])
        assert after["model"] == before["model"]
        for one in (a, b):
            assert (await complete(one, CODE, *END))["reason"] not in ("engine_died", "no_model")


async def test_a_killed_daemon_leaves_no_engine_behind() -> None:
    async with pair() as (a, b):
        state = await a.state()
        os.kill(state["daemon"]["pid"], signal.SIGKILL)
        for one in (a, b):
            assert await asyncio.wait_for(one.process.wait(), 10) == 0
        async with pair() as (c, d):
            got = await asyncio.gather(complete(c, CODE, *END), complete(d, CODE, *END))
            assert all(answer["tokens"]["prompt"] for answer in got)
            async with asyncio.timeout(20):
                while alive(state["engine"]["pid"]):
                    await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "before",
    [
        "\x0c\u2028\n",
        "é🙂👩‍💻 = '中'\r\n",
        "s = '\ud83d'\n",
        "\r\n\r\n",
        "\x00\x01\n",
        "<|fim_middle|>\n",
    ],
    ids=["separators", "emoji", "lone surrogate", "CRLF", "control", "forged token"],
)
async def test_unusual_text(before: str) -> None:
    async with pair() as (a, b):
        pid = (await engine(a))["pid"]
        text = before + CODE
        lines = text.replace("\r\n", "\n").split("\n")
        answer = await complete(a, text, len(lines) - 1, len(lines[-1]))
        assert answer["tokens"]["prompt"] > 10
        assert answer["reason"] not in ("internal", "refused", "engine_died")
        assert (await complete(b, CODE, *END))["tokens"]["prompt"] > 10
        assert (await engine(b))["pid"] == pid


async def test_models_that_cannot_be_used(home: Path) -> None:
    wrong = home / "wrong.gguf"
    wrong.write_bytes(b"GGUF" + b"\0" * 100)
    async with pair() as (a, b):
        for model, word in (("no-such-model", "no-such-model"), (str(wrong), "wrong.gguf")):
            settings = {"symbiote": {**PATIENT, "model": model}}
            a.client.notify("workspace/didChangeConfiguration", {"settings": settings})
            await b.until(lambda status: status["state"] == "off", within=60)
            assert word in b.statuses[-1]["reason"]
            assert (await complete(b, CODE, *END))["reason"] == "no_model"
            settings["symbiote"]["model"] = "embedded"
            a.client.notify("workspace/didChangeConfiguration", {"settings": settings})
            await b.until(lambda status: status["state"] == "ready", within=60)
        assert (await complete(b, CODE, *END))["tokens"]["prompt"] > 10


async def run(*arguments: str) -> tuple[int, str, str]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-m", "symbiote", *arguments, stdout=pipe, stderr=pipe
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode(), err.decode()


async def test_the_command_line(home: Path) -> None:
    file = home / "a.py"
    file.write_text(CODE)
    code, out, err = await run("complete", str(file), "9", "12", "--json")
    assert code == 0, err
    answer = json.loads(out)
    assert answer["text"] or answer["reason"]
    assert answer["timing_ms"]["total"] > 0
    async with pair() as (a, _):
        code, out, _ = await run("status", "--json")
        assert code == 0
        state = json.loads(out)
        assert state["daemon"]["sessions"] == 3
        assert state["engine"]["pid"] == (await engine(a))["pid"]
    assert (await run("stop"))[0] == 0
    for wrong in (
        ("complete", str(file), "99", "1"),
        ("complete", str(home / "none.py"), "1", "1"),
    ):
        code, out, err = await run(*wrong)
        assert (code, out) == (1, "")
        assert err.startswith("symbiote: ")
