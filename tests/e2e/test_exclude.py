"""Files that no model may read, through the daemon's socket: two windows, one workspace on a disk."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import URI, Window, windows

pytestmark = pytest.mark.asyncio

RULE = "Line 1 of .symbioteignore excludes it."


async def explained(one: Window, uri: str) -> tuple[str | None, str]:
    """Reason and detail of an ask by hand."""
    asked = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 7}}
    answer: dict[str, Any] = await one.client.request("symbiote/complete", asked)
    return answer["reason"], answer["detail"]


async def until(one: Window, uri: str, reason: str | None) -> str:
    """Ask until it is so; the detail then."""
    async with asyncio.timeout(20):
        while True:
            got, detail = await explained(one, uri)
            if got == reason:
                return detail
            await asyncio.sleep(0.1)


async def started(one: Window) -> int:
    """Asks that reached the engine."""
    counts: dict[str, int] = json.loads((await one.state())["engine"]["note"])
    return counts["started"]


def excluded(uri: str, why: str | None) -> Callable[[dict[str, Any]], bool]:
    return lambda status: status["excluded"].get(uri) == why


async def test_secrets_are_excluded_in_every_window(tmp_path: Path) -> None:
    secret = (tmp_path / ".env").as_uri()
    async with windows() as (a, b):
        before = await started(a)
        for one in (a, b):
            await one.type("name = ", secret, "dotenv")
            await one.until(excluded(secret, ".env is a secrets file."))
            assert await one.suggestion(0, 7, secret) is None
            assert await one.silence() == "excluded"
            assert ".env is a secrets file." in await one.why()
            assert await explained(one, secret) == ("excluded", ".env is a secrets file.")
        assert await started(a) == before
        assert await asyncio.gather(a.reply("x"), b.reply("y")) == ["reply_x", "reply_y"]
        a.client.notify("textDocument/didClose", {"textDocument": {"uri": secret}})
        await a.until(excluded(secret, None))
        assert secret in b.statuses[-1]["excluded"]


async def test_an_edit_of_the_ignore_file_is_noticed(tmp_path: Path) -> None:
    file = (tmp_path / "a.py").as_uri()
    rules = tmp_path / ".symbioteignore"
    async with windows(folders=(tmp_path.as_uri(),)) as (a, b):
        for one in (a, b):
            await one.type("name = ", file)
            assert await one.suggestion(0, 7, file) == "reply_name"
        rules.write_text("a.py\n")
        assert await until(a, file, "excluded") == RULE
        assert await until(b, file, "excluded") == RULE
        await a.until(excluded(file, RULE))
        assert await a.reply("other") == "reply_other"
        rules.unlink()
        await until(a, file, None)
        assert await a.suggestion(0, 7, file) == "reply_name"
        await a.until(excluded(file, None))


async def test_folders_come_and_go(tmp_path: Path) -> None:
    """Without its folder a file has the rules beside it only."""
    inner = tmp_path / "app"
    inner.mkdir()
    (tmp_path / ".symbioteignore").write_text("a.py\n")
    file, folder = (inner / "a.py").as_uri(), {"uri": tmp_path.as_uri(), "name": "ws"}
    async with windows() as (a, b):
        for one in (a, b):
            await one.type("name = ", file)
            assert await one.suggestion(0, 7, file) == "reply_name"
        for added, removed, why in (([folder], [], RULE), ([], [folder], None)):
            event = {"event": {"added": added, "removed": removed}}
            a.client.notify("workspace/didChangeWorkspaceFolders", event)
            assert await explained(a, file) == ("excluded" if why else None, why or "")
            await a.until(excluded(file, why))
        assert await explained(b, file) == (None, "")


async def test_names_that_are_no_files() -> None:
    async with windows(folders=("nonsense:%", "file:///%00")) as (a, _):
        for uri in (
            "untitled:Untitled-1",
            "file:///a%00b.py",
            "x" * 9_000,
            "file://[::1/a.py",
            URI,
        ):
            await a.type("name = ", uri)
            assert await a.suggestion(0, 7, uri) == "reply_name"
        await a.type("name = ", "untitled:.env")
        assert await a.suggestion(0, 7, "untitled:.env") is None
        assert await a.silence() == "excluded"
