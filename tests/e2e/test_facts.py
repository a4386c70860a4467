"""What only the editor knows, through the daemon's socket."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import URI, Window, windows

pytestmark = pytest.mark.asyncio

PROBLEM = {"line": 0, "message": "name is not defined", "severity": 1, "source": "checker"}


def definition(path: Path, name: str = "Shop") -> dict[str, Any]:
    return {"name": name, "uri": path.as_uri(), "line": 4, "text": "class Shop:\n    pass\n"}


def facts(uri: str = URI, **more: Any) -> dict[str, Any]:
    return {"uri": uri, "diagnostics": [], "definitions": [], "clipboard": "", **more}


async def page(one: Window, words: str, uri: str = URI) -> str:
    """What the page says, once it has these words."""
    async with asyncio.timeout(20):
        while True:
            await one.suggestion(0, 7, uri)
            if words in (said := await one.why()):
                return said
            await asyncio.sleep(0.05)


async def test_facts_are_kept_for_the_window_that_told_them(tmp_path: Path) -> None:
    shop, secret = tmp_path / "shop.py", tmp_path / ".env"
    async with windows() as (a, b):
        for one in (a, b):
            await one.type("name = ")
        (tmp_path / "round.py").symlink_to("round.py")
        odd = [definition(tmp_path / name, "Odd") for name in ("round.py", "gone/gone.py")]
        told = [*odd, definition(shop), definition(secret, "SECRET")]
        a.client.notify("symbiote/facts", facts(diagnostics=[PROBLEM], definitions=told))
        said = await page(a, "name is not defined")
        assert "'Shop'" in said
        assert "SECRET" not in said  # dropped at arrival
        await b.suggestion(0, 7)
        assert "name is not defined" not in await b.why()
        await a.until(lambda status: not status["excluded"])

        a.client.notify("textDocument/didClose", {"textDocument": {"uri": URI}})
        await a.type("name = ")
        await a.suggestion(0, 7)
        assert "What the editor knows" not in await a.why()


async def test_bad_values_are_complained_of_once_and_end_nothing() -> None:
    async with windows() as (a, _):
        await a.type("name = ")
        for bad in (
            facts(diagnostics=[{"line": "x"}, PROBLEM]),
            facts(diagnostics=[{"line": "y"}, PROBLEM]),
            {},
            [],
            None,
            facts(uri=7, definitions=4),
            facts(uri="file:///not/open.py", clipboard="some text"),
            facts(diagnostics=[{"line": "z"}, PROBLEM] * 1_000, clipboard="x " * 1_000_000),
        ):
            a.client.notify("symbiote/facts", bad)
        await page(a, "name is not defined")
        told = [line for line in a.logged if line.startswith("symbiote/facts")]
        assert len(told) == len(set(told)) == 3, told
        assert a.popups == []
