"""The analysis worker itself, and the daemon with it: jedi in a process of its own, ended, hung, killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from e2e.windows import Window, alive, stop_daemon, windows
from symbiote.context.analysis import client
from symbiote.context.analysis.client import Analysis, State
from symbiote.context.analysis.protocol import Question

pytestmark = pytest.mark.asyncio

LONG = 120.0
"""Seconds: longer than anything here takes."""

MAIN = '''from shop import price


class Order:
    """An order."""

    def __init__(self, size):
        self.size = size

    def total(self, tax: float) -> float:
        rate = 1 + tax
        return price("tea", '''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text("def price(item: str, count: int = 1) -> float: ...\n")
    return tmp_path


@contextlib.asynccontextmanager
async def analysis(cache: Path) -> AsyncGenerator[Analysis, None]:
    made = Analysis(cache)
    try:
        yield made
    finally:
        await made.close()


def question(project: Path, text: str) -> Question:
    """At the end of the text."""
    lines = text.split("\n")
    return Question(os.fspath(project / "main.py"), text, len(lines) - 1, len(lines[-1]))


async def holds(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not what():
            await asyncio.sleep(0.02)


async def test_a_real_worker_answers(project: Path, home: Path) -> None:
    async with analysis(home / "cache") as made:
        found = await made.ask(question(project, MAIN), LONG)
        assert found is not None
        assert [(one.name, one.index) for one in found.call] == [("price", 1)]
        assert found.enclosing is not None
        assert {member.name for member in found.enclosing.members} >= {"total", "size"}
        assert [one.module for one in found.imports] == ["shop"]
        assert {one.name for one in found.definitions} >= {"price"}
        members = await made.ask(question(project, "import json\njson.du"), LONG)
        assert members is not None
        assert {"dumps", "loads"} <= {member.name for member in members.members}
        pid = made.status.pid
        most = min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)
        assert os.getpriority(os.PRIO_PROCESS, pid) == most
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert any(
            line.split()[4:6] == ["0", "0"] for line in limits.splitlines() if "core" in line
        )
        assert any("1500000000" in line for line in limits.splitlines() if "address space" in line)
    assert not alive(pid)


async def test_a_worker_that_is_stopped_is_ended_and_replaced(
    project: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "FIRST_REST", 0.0)
    async with analysis(home / "cache") as made:
        assert await made.ask(question(project, MAIN), LONG) is not None
        pid = made.status.pid
        monkeypatch.setattr(client, "HARD_SECONDS", 0.5)
        os.kill(pid, signal.SIGSTOP)
        assert await made.ask(question(project, MAIN), LONG) is None
        assert not alive(pid)
        monkeypatch.setattr(client, "HARD_SECONDS", LONG)
        assert await made.ask(question(project, MAIN), LONG) is not None
        assert (made.status.restarts, made.status.lost) == (1, 1)
        os.kill(made.status.pid, signal.SIGKILL)
        worker = made._worker
        assert worker is not None
        await holds(lambda: worker.gone)
        assert await made.ask(question(project, MAIN), LONG) is not None
        assert made.status.restarts == 2


async def test_a_file_that_needs_too_much_memory_ends_the_worker_not_the_machine(
    project: Path, home: Path
) -> None:
    with (project / "huge.py").open("wb") as file:
        file.truncate(4_000_000_000)  # takes no room on the disk
    async with analysis(home / "cache") as made:
        found = await made.ask(question(project, "import huge\nhuge."), LONG)
        assert found is not None
        assert any("MemoryError" in fault for fault in found.faults)
        worker = made._worker
        assert worker is not None
        await holds(lambda: worker.gone)
        assert await made.ask(question(project, MAIN), LONG) is not None
        assert made.status.restarts == 1


@contextlib.asynccontextmanager
async def analysing() -> AsyncGenerator[list[Window], None]:
    """Two windows of a daemon with an analysis."""
    await stop_daemon()
    os.environ["SYMBIOTE_TEST_ANALYSIS"] = "1"
    try:
        async with windows() as made:
            yield made
    finally:
        del os.environ["SYMBIOTE_TEST_ANALYSIS"]
        await stop_daemon()


async def told(one: Window, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """The analysis' state, once it fits."""
    async with asyncio.timeout(60):
        while not fits(state := (await one.state())["analysis"]):
            await asyncio.sleep(0.05)
    return dict(state)


async def test_what_is_prepared_is_there_when_it_is_asked_for(project: Path) -> None:
    uri = (project / "main.py").as_uri()
    line, column = MAIN.count("\n"), len(MAIN.rsplit("\n", 1)[-1])
    async with analysing() as (a, b):
        assert (await told(a, lambda _: True))["state"] == State.IDLE
        await a.type(MAIN, uri)
        await a.suggestion(line, column, uri)
        await told(a, lambda state: state["answered"] + state["late"] >= 1)
        asked = (await told(a, lambda _: True))["asked"]
        while not (await told(a, lambda _: True))["context_ready"]:
            await a.suggestion(line, column, uri)
            await asyncio.sleep(0.5)
        state = await told(b, lambda state: state["asked"] > asked)
        assert state["context_late"] >= 1
        assert state["restarts"] == 0
        pid = state["pid"]
        assert alive(pid)
        await b.type("fn main() {}", "file:///main.rs", "rust")
        assert await b.suggestion(0, 12, "file:///main.rs") is not None
    await stop_daemon()
    assert not alive(pid)


async def test_the_worker_tells_which_names_are_all_there_are(project: Path, home: Path) -> None:
    async with analysis(home / "cache") as made:
        found = await made.ask(question(project, MAIN), LONG)
        assert found is not None
        sets = {(one.kind, of): one.names for one in found.closed for of in one.of}
        assert {"size", "total"} <= set(sets["members", "self"])
        assert sets["keywords", "price"] == ("count", "item")


async def test_an_import_that_hangs_leaves_the_daemon_answering(project: Path) -> None:
    """A stub that is a pipe nobody writes to: opening it takes forever."""
    (project / "slow.py").write_text("def wait(): ...\n")
    os.mkfifo(project / "slow.pyi")
    uri = (project / "main.py").as_uri()
    async with analysing() as (a, b):
        await a.type("import slow\nslow.", uri)
        await a.suggestion(1, 5, uri)
        await told(a, lambda state: state["state"] == State.BUSY)
        assert await b.reply("meanwhile") == "reply_meanwhile"
        assert await a.reply("here_too") == "reply_here_too"
        state = await told(b, lambda state: state["answered"] + state["late"] >= 1)
        os.kill(state["pid"], signal.SIGSTOP)
        await a.type("x = 1\n", "file:///other.py")
        state = await told(b, lambda state: state["lost"] + state["late"] >= 1 and not state["pid"])
        assert await b.reply("still_there") == "reply_still_there"
        assert a.popups == b.popups == []


async def test_the_worker_goes_with_a_daemon_that_is_killed(project: Path) -> None:
    async with analysing() as (a, _):
        await a.type(MAIN, (project / "main.py").as_uri())
        state = await told(a, lambda state: state["pid"] != 0)
        daemon = (await a.state())["daemon"]["pid"]
        os.kill(daemon, signal.SIGKILL)
        await holds(lambda: not alive(state["pid"]))
