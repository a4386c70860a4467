"""Keys over the socket: told, tested, gone with their window, and nowhere to be found."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from e2e.fault_rows import ANSWER, ROWS, Asked, status
from e2e.fault_server import faults
from e2e.outsiders import complete, own, window
from symbiote.core import paths
from symbiote.wire.client import client

KEY = "planted-key-2c9f81d7a4"


async def guarded(asked: Asked) -> None:
    """Wants a key."""
    right = asked.headers.get("authorization") == f"Bearer {KEY}"
    refused = status("401 Unauthorized", {"error": {"message": "the key KEY is wrong"}})
    await (ROWS["fine"] if right else refused)(asked)


def test_keys_are_told_tested_and_turn_up_nowhere(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ROWS, "guarded", guarded)

    async def run() -> None:
        async with faults() as server, window(own(server, "guarded", key=True)) as one:
            (told,) = one.statuses[-1]["providers"]
            assert told["state"] == "no key"
            assert (await complete(one))["reason"] == "no_model"
            wrong = KEY[:-1] + "x"
            told = await one.client.request("symbiote/keys", {"keys": {"guarded": wrong}})
            assert told == {"problems": []}
            found = await one.client.request("symbiote/testKey", {"provider": "guarded"})
            assert not found["ok"]
            assert "guarded" in found["sentence"]
            assert "key" in found["sentence"]
            await one.until(lambda told: told["providers"][0]["state"] == "blocked")
            told = await one.client.request("symbiote/keys", {"keys": {"guarded": "two\nlines"}})
            assert len(told["problems"]) == 1
            assert "lines" not in told["problems"][0]
            await one.client.request("symbiote/keys", {"keys": {"guarded": KEY}})
            found = await one.client.request("symbiote/testKey", {"provider": "guarded"})
            assert found["ok"], found
            assert (await complete(one))["text"] == ANSWER
            said = json.dumps([one.statuses, one.logged, await one.state(), await one.why()])
            assert KEY not in said
            assert wrong not in said
        await nowhere(home, KEY, wrong)

    asyncio.run(run())


async def nowhere(home: Path, *keys: str) -> None:
    """In no file of the daemon's, and in no process' arguments or environment."""
    async with client(None) as asking:
        pid = (await asking.request("symbiote/state"))["daemon"]["pid"]
    parts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert paths.log() in home.rglob("*")
    parts += [Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ")]
    for key in keys:
        assert not any(key.encode() in part for part in parts)


def test_a_key_in_the_setting_is_refused(home: Path) -> None:
    async def run() -> None:
        async with faults() as server:
            wrong = own(server, "fine", key="sk-" + KEY)
            async with window(wrong) as one:
                assert one.statuses[-1]["providers"] == []
                assert any("looks like a key" in said for said in one.logged)
                assert KEY not in json.dumps(one.logged)
            await nowhere(home, KEY)

    asyncio.run(run())


def test_two_windows_share_the_providers_and_a_key_goes_with_its_window(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(ROWS, "guarded", guarded)

    async def run() -> None:
        async with faults() as server:
            providers = own(server, "guarded", key=True)
            async with window(providers) as one:
                async with window(providers) as other:
                    await other.client.request("symbiote/keys", {"keys": {"guarded": KEY}})
                    assert (await complete(one))["text"] == ANSWER
                    assert (await complete(other, "y = "))["text"] == ANSWER
                    assert server.connections <= 2  # one for each task, opened ahead
                    await one.until(lambda told: told["providers"][0]["p50Ms"] is not None)
                    await other.leave()
                await one.client.request("symbiote/keys", {"keys": {}})
                assert (await one.state())["providers"][1]["state"] == "no key"

    asyncio.run(run())
