"""`symbiote/report` over the socket: the figures of what has happened, and why there are none."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import stop_daemon, windows
from symbiote.core import paths
from symbiote.metrics.gauges import BY_NAME

pytestmark = pytest.mark.asyncio


async def told(window: Any, **params: Any) -> dict[str, Any]:
    asked = {"since": None, "until": None, "filters": {}, "figures": []} | params
    found: dict[str, Any] = await window.client.request("symbiote/report", asked)
    return found


def by_name(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    assert (found["schema"], found["problem"]) == (1, "")
    return {figure["name"]: figure for figure in found["figures"]}


async def test_figures_of_what_has_just_happened(home: Path) -> None:
    async with windows(2) as (a, b):
        assert await a.reply("apricot") == "reply_apricot"
        assert await b.reply("banana") == "reply_banana"
        every = by_name(await told(a))
        assert list(every) == list(BY_NAME)
        assert every["days"]["columns"] == [
            *("day", "asked", "shown", "accepted", "computed", "p50", "p95")
        ]
        assert every["acceptance"]["n"] == 2 and every["acceptance"]["rows"][0][0] == "complete"
        few = by_name(await told(a, figures=["days", "where"]))
        assert list(few) == ["days", "where"] and few["days"] == every["days"]
        assert by_name(await told(a, filters={"language": "rust"}))["days"]["n"] == 0
        assert by_name(await told(a, since=time.time() + 60))["days"]["n"] == 0
        assert by_name(await told(a, until=time.time() - 600))["days"]["n"] == 0
        assert by_name(await told(a, since=int(time.time()) - 600))["days"]["n"] >= 2


async def test_figures_come_from_the_new_ledger_when_the_old_one_was_corrupt(home: Path) -> None:
    await stop_daemon()
    paths.ledger().parent.mkdir(parents=True, exist_ok=True)
    paths.ledger().write_text("no database, and longer than a header of one would be" * 20)
    async with windows(1) as (a,):
        assert await a.reply("apricot") == "reply_apricot"
        assert by_name(await told(a, figures=["acceptance"]))["acceptance"]["n"] == 1


async def test_what_cannot_be_asked_is_said_in_a_sentence(home: Path) -> None:
    async with windows(1) as (a,):
        for params, word in (
            ({"figures": ["speed"]}, "no figure 'speed'"),
            ({"filters": {"window": "w"}}, "chosen by 'window'"),
            ({"since": 2, "until": 1}, "must come after"),
        ):
            found = await told(a, **params)
            assert word in found["problem"] and found["figures"] == []
        assert await a.reply("cherry") == "reply_cherry"
