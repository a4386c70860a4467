"""Providers as a user of the command line meets them: the real daemon, the real engine, the embedded model."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from e2e.fault_rows import ANSWER, ROWS, begun, ended, said, stream
from e2e.fault_server import FaultServer, faults
from e2e.outsiders import own
from e2e.test_provider_keys import KEY, guarded
from e2e.windows import alive, stop_daemon
from symbiote.core import paths
from symbiote.core.settings import MachineSettings

SAMPLE = Path(__file__).parents[1] / "sample" / "inventory.py"


async def symbiote(*arguments: str | Path, key: str = "") -> subprocess.CompletedProcess[str]:
    """One command, with a key in its environment."""
    command = [sys.executable, "-I", "-X", "utf8", "-m", "symbiote", *map(str, arguments)]
    environment = os.environ | ({"SYMBIOTE_KEY_GUARDED": key} if key else {})
    return await asyncio.to_thread(
        lambda: subprocess.run(
            command, capture_output=True, text=True, timeout=120, check=False, env=environment
        )
    )


@contextlib.asynccontextmanager
async def turned_on(*rows: str, **more: Any) -> AsyncGenerator[FaultServer, None]:
    """A daemon that remembers such a setting from the last window."""
    async with faults() as server:
        settings = MachineSettings(
            providers=json.dumps(own(server, *rows, **more)), log_level="debug"
        )
        note = paths.state() / "machine.json"
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps(asdict(settings)))
        try:
            yield server
        finally:
            await stop_daemon()
            note.unlink()


def test_nothing_is_asked_for_but_with_a_mode() -> None:
    async def run() -> None:
        async with turned_on("fine") as server:
            command = ("rewrite", SAMPLE, 12, 13, "Round the total")
            here = json.loads((await symbiote(*command, "--json")).stdout)
            assert (here["engine"], here["outside"]) == ("local", None)
            done = await symbiote("complete", SAMPLE, 31, 26, "--json")
            assert json.loads(done.stdout)["outside"] is None
            assert server.asked == []
            there = await symbiote(*command, "--json", "--mode", "build")
            answer = json.loads(there.stdout)
            assert answer["outside"]["title"] == answer["engine"] == "fine"
            assert answer["outside"]["prompt_tokens"] == 20
            assert ANSWER.strip() in answer["text"]
            assert "m (fine): first text" in (await symbiote(*command, "--mode", "fast")).stderr
            done = await symbiote("complete", SAMPLE, 31, 26, "--json", "--mode", "build")
            assert json.loads(done.stdout)["engine"] == "local"
            wrong = await symbiote("complete", SAMPLE, 31, 26, "--mode", "warp")
            assert wrong.returncode == 1
            assert "There is no mode 'warp'" in wrong.stderr

    asyncio.run(run())


def test_they_are_listed_and_tried(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setitem(ROWS, "guarded", guarded)

    async def run() -> None:
        async with turned_on("guarded", "fault_500", key=True) as server:
            listed = (await symbiote("providers")).stdout
            assert "guarded      no key (complete m, rewrite m)" in listed
            assert "SYMBIOTE_KEY_GUARDED" in listed
            found = json.loads((await symbiote("providers", "--json")).stdout)
            assert [one["name"] for one in found["providers"]] == ["guarded", "fault-500"]
            without = await symbiote("providers", "test", "guarded")
            assert without.returncode == 1
            assert "needs a key" in without.stdout
            assert server.asked == []
            tried = await symbiote("providers", "test", "guarded", key=KEY)
            assert (tried.returncode, tried.stderr) == (0, "")
            assert "guarded answered in" in tried.stdout
            wrong = await symbiote("providers", "test", "guarded", key="wrong")
            assert wrong.returncode == 1
            assert "key" in wrong.stdout
            unknown = await symbiote("providers", "test", "groq")
            assert unknown.returncode == 1
            assert "groq is not turned on" in unknown.stderr
            command = ("rewrite", SAMPLE, 12, 13, "Round it", "--mode", "fast", "--json")
            answer = json.loads((await symbiote(*command, key=KEY)).stdout)
            assert answer["engine"] == "guarded"
            assert "provider guarded" in (await symbiote("status")).stdout
            examined = json.loads((await symbiote("doctor", "--json")).stdout)["findings"]
            about = {one["about"]: one["text"] for one in examined}
            assert "no key in SYMBIOTE_KEY_GUARDED" in about["provider guarded"]
            state = json.loads((await symbiote("status", "--json")).stdout)
            _clean(home, state["daemon"]["pid"], state["engine"]["pid"])

    asyncio.run(run())


def _clean(home: Path, *pids: int) -> None:
    """The key is in no file of the daemon's, and in no process of it."""
    parts = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    assert any("daemon.log" in name for name in parts)
    for pid in pids:
        assert alive(pid)
        for name in ("cmdline", "environ"):
            parts[f"{pid} {name}"] = Path(f"/proc/{pid}/{name}").read_bytes()
    assert [name for name, part in parts.items() if KEY.encode() in part] == []


def test_a_second_look_is_waited_for_and_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    written = "```python\nprice = 1\n```"
    monkeypatch.setitem(ROWS, "writer", stream(begun, lambda d: said(d, written), ended))
    finding = "1: warning: nothing else is left"
    monkeypatch.setitem(ROWS, "reader", stream(begun, lambda d: said(d, finding), ended))

    async def run() -> None:
        async with turned_on("writer", "reader"):
            command = ("rewrite", SAMPLE, 12, 13, "Set the price")
            told = json.loads((await symbiote(*command, "--json")).stdout)
            assert told["review"] is None
            # Whoever writes, the other one looks: nobody has been asked before.
            done = await symbiote(*command, "--mode", "double-check")
            assert f"{SAMPLE}:12: warning: nothing else is left" in done.stderr
            assert "price = 1" in done.stdout

    asyncio.run(run())


def test_without_any_that_is_said() -> None:
    async def run() -> None:
        said = await symbiote("providers")
        assert "nothing leaves this machine" in said.stdout
        assert said.returncode == 0

    asyncio.run(run())
