"""Whether a daemon lives is seen by its process: one on its way out hangs up, or does not answer."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from symbiote.bench import starts
from symbiote.core.errors import UserError, WireError


def asked(monkeypatch: pytest.MonkeyPatch, outcome: Exception | None) -> list[str]:
    said: list[str] = []

    async def ask(method: str) -> None:
        said.append(method)
        if outcome is not None:
            raise outcome

    monkeypatch.setattr(starts, "ask_running", ask)
    return said


def test_without_a_daemon_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    said = asked(monkeypatch, None)
    monkeypatch.setattr(starts, "holder", lambda: None)
    asyncio.run(starts.stopped())
    assert said == []


@pytest.mark.parametrize("outcome", [None, WireError("the server has hung up"), TimeoutError()])
def test_a_daemon_on_its_way_out_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, outcome: Exception | None
) -> None:
    said = asked(monkeypatch, outcome)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        looks = []

        def holder() -> int:
            looks.append(process.pid)
            if len(looks) == 3:
                process.kill()  # not waited for: it stays a zombie
            return process.pid

        monkeypatch.setattr(starts, "holder", holder)
        asyncio.run(starts.stopped())
    assert said == ["symbiote/stop"]
    assert len(looks) > 2


def test_a_daemon_that_stays_is_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    asked(monkeypatch, None)
    monkeypatch.setattr(starts, "GONE", 0.05)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        monkeypatch.setattr(starts, "holder", lambda: process.pid)
        with pytest.raises(UserError, match="did not end"):
            asyncio.run(starts.stopped())
        process.kill()
