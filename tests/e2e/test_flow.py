"""A flow session from its start to its report: two windows see the same one, and a daemon that is killed does not end it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from typing import Any

import pytest

from e2e.windows import URI, Window, alive, windows
from symbiote.cli import main
from symbiote.core import paths
from symbiote.metrics.reading import reading

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True, scope="module")
def faster(home: object) -> Any:
    """Sixty times: half a minute in half a second."""
    os.environ["SYMBIOTE_FLOW_SPEED"] = "60"
    yield
    del os.environ["SYMBIOTE_FLOW_SPEED"]


async def flow(window: Window, action: str, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = await window.client.request("symbiote/flow", {"action": action, **more})
    return found


async def heard(window: Window, **expected: Any) -> dict[str, Any]:
    """The first news of the session that says so."""
    async with asyncio.timeout(10):
        while True:
            for news in window.flows:
                if all(news[name] == value for name, value in expected.items()):
                    return news
            await asyncio.sleep(0.01)


async def test_two_windows_see_one_session_from_start_to_report(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with windows() as (a, b):
        begun = await flow(a, "start", feature="search box", minutes=2)
        assert begun["problem"] == "" and 0 < begun["leftS"] <= 120
        await heard(b, session=begun["session"], feature="search box", kind="assistance")
        refused = await flow(b, "start", feature="another", minutes=2)
        assert "under way" in refused["problem"] and refused["session"] == begun["session"]

        assert await a.reply("x") == "reply_x"
        await a.type("wait550_y = ")
        await a.client.request("textDocument/inlineCompletion", by_hand(12))
        await heard(b, interruptions=1)
        await b.client.request(
            "symbiote/flow", {"action": "interrupt", "cause": "the build | broke"}
        )
        await heard(a, interruptions=2)
        await asyncio.sleep(0.4)  # soon after another it would be the same interruption
        for focused in (True, False):
            b.client.notify("symbiote/focus", {"focused": focused})
        await asyncio.sleep(0.8)
        b.client.notify("symbiote/focus", {"focused": True})
        await heard(a, interruptions=3)
        await flow(b, "pause")
        await heard(a, paused=True)
        await flow(a, "resume")
        ended = await flow(b, "end", complete=True, tests=False)
        assert ended["session"] == "" and ended["ended"] == begun["session"]
        await heard(a, session="")
        page = await a.client.request("symbiote/flowReport", {})
        assert page["problem"] == "" and page["title"] == "Flow: search box"
        for words in ("## Timeline", "An answer took too long", "the build \\| broke", "complete?"):
            assert words in page["text"]
        assert "not enough sessions" in page["text"]

    assert main(["flow", "report", "--session", begun["session"][:6], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["session"] == begun["session"] and told["complete"] and told["tests"] is False
    causes = {one["cause"] for one in told["by_cause"]}
    assert causes == {"left_editor", "slow_answer", "other"}
    assert told["interruptions"] == 3 and told["acceptance"]["n"] >= 1
    assert main(["flow", "report"]) == 0
    assert capsys.readouterr().out.endswith(page["text"])
    with reading(paths.ledger()) as base:
        assert base.rows("SELECT DISTINCT task FROM asks") == [("search box",)]


async def test_without_help_no_window_gets_any() -> None:
    async with windows() as (a, b):
        await flow(a, "start", feature="x", minutes=1, kind="baseline")
        await heard(b, kind="baseline")
        assert await b.reply("y") is None
        assert await b.silence() == "baseline"
        said = {
            "textDocument": {"uri": URI},
            "range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}},
            "rewrite": "r",
            "intention": "slow 2",
        }
        assert (await b.client.request("symbiote/rewrite", said))["reason"] == "baseline"
        await flow(a, "end")
        assert await b.reply("z") == "reply_z"


async def test_it_outlives_the_daemon() -> None:
    async with windows(1) as (a,):
        begun = await flow(a, "start", feature="x", minutes=60)
        await flow(a, "interrupt", cause="somebody_came")
        pid = (await a.state())["daemon"]["pid"]
        os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(10):
        while alive(pid):
            await asyncio.sleep(0.02)
    async with windows(1) as (b,):
        news = await heard(b, session=begun["session"])
        assert (news["interruptions"], news["paused"]) == (1, False)
        assert 0 < news["leftS"] < 3_600
        assert (await flow(b, "end"))["ended"] == begun["session"]


async def test_what_cannot_be_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async with windows(1) as (a,):
        for action in ("pause", "resume", "interrupt", "end"):
            assert (await flow(a, action))["problem"] == "There is no flow session."
        assert "name of the feature" in (await flow(a, "start"))["problem"]
        page = await a.client.request("symbiote/flowReport", {"session": "nobody"})
        assert "no flow session 'nobody'" in page["problem"]
    assert main(["flow", "report", "--session", "nobody"]) == 1
    assert "no flow session 'nobody'" in capsys.readouterr().err


def by_hand(column: int) -> dict[str, Any]:
    return {
        "textDocument": {"uri": URI},
        "position": {"line": 0, "character": column},
        "context": {"triggerKind": 1},
    }
