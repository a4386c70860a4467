"""With no provider turned on nothing leaves: every socket of every process is written down while somebody works."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from e2e.fault_server import faults
from e2e.recorded import Recorded, inet, recorded
from e2e.rewrites import Shown
from e2e.windows import URI, VS_CODE, processes, stop_daemon, windows

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sockets are read from /proc")

SETTINGS = {
    "deadlineMs": 10_000,
    "model": "embedded",
    "rewriteModel": "edit",
    "context": ["edits", "open", "definitions", "siblings", "diagnostics", "clipboard"],
}
CODE = """\
import json
import other


def load(path):
    with open(path) as file:
        return json.lo


def first(a):
    return a
"""
WORKERS = ("symbiote.engine.local.worker", "symbiote.context.analysis.worker")
ASK = """
import asyncio, sys, time
from symbiote.engine.remote.openai import Chat
from symbiote.engine.remote.provider import Place
from symbiote.engine.remote.request import Request

async def main():
    provider = Chat(Place("Test", sys.argv[1], "m"), None)
    async for part in provider.stream(Request("a", "b", deadline=time.monotonic() + 20)):
        pass
    await provider.close()

asyncio.run(main())
"""


@pytest.fixture
def python(tmp_path: Path) -> Recorded:
    return recorded(tmp_path / "recorded")


@pytest.mark.asyncio
async def test_no_packet_leaves(python: Recorded) -> None:
    await stop_daemon()
    command = (str(python.python), "-I", "-X", "utf8", "-m", "symbiote", "lsp", "--stdio")
    async with windows(1, command, (VS_CODE,), SETTINGS) as (window,):
        await window.type("def helper(a):\n    return a\n", uri="file:///project/other.py")
        shown = Shown(window, URI, CODE)
        for line, column in ((6, 22), (10, 12)):
            await window.suggestion(line, column)
        _, answer = shown.ask(9, 11, "add a docstring")
        await shown.rewritten(answer)
        async with asyncio.timeout(30):
            while not all(python.begun(word) for word in WORKERS):
                await window.suggestion(6, 22)
                await asyncio.sleep(0.05)
        assert python.begun("daemon")
        pids = [pid for word in ("symbiote", "-c") for pid in processes(word)]
        assert len(set(pids)) >= 3
        assert [line for pid in set(pids) for line in inet(pid)] == []
    await stop_daemon()
    assert any(event == "local" for _, event, *_ in python.events()), "sockets are written down"
    assert python.outward() == []


@pytest.mark.asyncio
async def test_a_provider_that_is_asked_is_seen(python: Recorded) -> None:
    """What the other test would have found."""
    async with faults() as server:
        ask = (str(python.python), "-I", "-c", ASK, server.url("fine"))
        process = await asyncio.create_subprocess_exec(*ask, stderr=subprocess.PIPE)
        _, said = await process.communicate()
        assert process.returncode == 0, said
        assert len(server.asked) == 1
    assert any(event == "socket.connect" for _, event, *_ in python.outward())
