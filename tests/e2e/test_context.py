"""Context of other files through the daemon's socket: what enters a prompt, what does not, and when."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import Window, windows

pytestmark = pytest.mark.asyncio

SHOP = """def settle_invoice(invoice, discount):
    total = invoice.total - discount
    return round(total, 2)
"""
MAIN = "def close(invoice, discount):\n    paid = settle_invoice(\n"
ALL = {"context": ["open", "edits", "siblings", "definitions"]}


def change(one: Window, uri: str, version: int, line: int, at: int, text: str) -> None:
    place = {"line": line, "character": at}
    one.client.notify(
        "textDocument/didChange",
        {
            "textDocument": {"uri": uri, "version": version},
            "contentChanges": [{"range": {"start": place, "end": place}, "text": text}],
        },
    )


async def gathers(one: Window, begin: Any) -> None:
    """Wait until context was gathered for what `begin` does."""
    before = (await one.state())["analysis"]["gathered"]
    begin()
    async with asyncio.timeout(20):
        while (await one.state())["analysis"]["gathered"] == before:
            await asyncio.sleep(0.02)


async def opens(one: Window, uri: str, text: str) -> None:
    await gathers(one, lambda: one.client.open(uri, text))


async def write(one: Window, uri: str) -> str:
    """Type into MAIN, pause, ask; what was read."""
    await opens(one, uri, MAIN)
    await gathers(one, lambda: change(one, uri, 2, 1, 26, "invoice, "))
    await one.suggestion(1, 35, uri)
    return await one.why()


async def test_a_definition_in_another_open_file_enters_the_prompt(tmp_path: Path) -> None:
    root, shop, main = (
        path.as_uri() for path in (tmp_path, tmp_path / "shop.py", tmp_path / "main.py")
    )
    async with windows(1, settings=ALL, folders=(root,)) as (one,):
        await opens(one, shop, SHOP)
        told = await write(one, main)
        assert "Open, shop.py (has " in told
        assert "total = invoice.total - discount" in told
        assert told.index("total = invoice.total") < told.index("def close(invoice")
        one.client.notify("textDocument/didClose", {"textDocument": {"uri": shop}})
        change(one, main, 3, 1, 35, "discount")
        await one.suggestion(1, 43, main)
        assert "total = invoice.total" not in await one.why()


async def test_an_excluded_file_does_not(tmp_path: Path) -> None:
    (tmp_path / ".symbioteignore").write_text("shop.py\n")
    root, shop, main = (
        path.as_uri() for path in (tmp_path, tmp_path / "shop.py", tmp_path / "main.py")
    )
    async with windows(1, settings=ALL, folders=(root,)) as (one,):
        await one.type(SHOP, shop)
        await one.until(lambda status: shop in status["excluded"])
        told = await write(one, main)
        assert "paid = settle_invoice(" in told
        assert "total = invoice.total" not in told


async def test_one_window_knows_nothing_of_another(tmp_path: Path) -> None:
    shop, main = ((tmp_path / name).as_uri() for name in ("shop.py", "main.py"))
    async with windows(2, settings=ALL) as (a, b):
        await opens(a, shop, SHOP)
        assert "total = invoice.total" not in await write(b, main)
        assert "total = invoice.total" in await write(a, main)


async def test_without_sources_nothing_is_gathered(tmp_path: Path) -> None:
    shop, main = ((tmp_path / name).as_uri() for name in ("shop.py", "main.py"))
    async with windows(1, settings={}) as (one,):
        before = (await one.state())["analysis"]["gathered"]
        await one.type(SHOP, shop)
        await one.type(MAIN, main)
        await one.suggestion(1, 26, main)
        assert "total = invoice.total" not in await one.why()
        assert (await one.state())["analysis"]["gathered"] == before
