"""With no provider turned on nothing leaves: every socket of every process is written down while somebody works."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from e2e import outsiders
from e2e.fault_server import faults
from e2e.recorded import Recorded, inet, recorded
from e2e.rewrites import Shown
from e2e.windows import URI, VS_CODE, processes, stop_daemon, windows

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


@pytest.fixture
def python(tmp_path: Path) -> Recorded:
    return recorded(tmp_path / "recorded")


def command(python: Recorded) -> tuple[str, ...]:
    return (str(python.python), "-I", "-X", "utf8", "-m", "symbiote", "lsp", "--stdio")


@pytest.mark.asyncio
async def test_no_packet_leaves(python: Recorded) -> None:
    await stop_daemon()
    async with windows(1, command(python), (VS_CODE,), SETTINGS) as (window,):
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
    """What the other test would have found: the same daemon with a provider turned on, and asked."""
    await stop_daemon()
    async with (
        faults() as server,
        outsiders.window(
            outsiders.own(server, "fine"), outsiders.ABSENT, command=command(python)
        ) as one,
    ):
        answer = await outsiders.complete(one)
        assert answer["outside"] is not None
        assert len(server.asked) == 1
    await stop_daemon()
    assert any(event == "socket.connect" for _, event, *_ in python.outward())
