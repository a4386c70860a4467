"""The daemon's half against workers that misbehave: small scripts in the place of the real one."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from symbiote.context.analysis import client, process, protocol
from symbiote.context.analysis.client import Analysis, State
from symbiote.context.analysis.protocol import Findings, Member, Question

pytestmark = pytest.mark.asyncio

LONG = 60.0
"""Seconds: longer than anything here takes."""

FOUND = Findings(members=(Member("a", "function", "a()"),))
HEAD = f"""
import json, os, sys, time
def tell(**message):
    print(json.dumps(message), flush=True)
def found(number):
    tell(**({protocol.findings_message(0, FOUND)!r} | {{"id": number}}))
def once(name):
    if os.path.exists(name):
        return False
    open(name, "w").close()
    return True
tell(**{{"is": "ready", "jedi": "0"}})
for line in sys.stdin:
    question = json.loads(line)
    number = question["id"]
"""


def question(text: str = "x", path: str = "") -> Question:
    return Question(path, text, 0, 0)


@contextlib.asynccontextmanager
async def analysis(
    monkeypatch: pytest.MonkeyPatch, folder: Path, body: str, head: str = HEAD
) -> AsyncGenerator[Analysis, None]:
    """One whose worker runs `body` for each question."""
    script = head + "\n".join("    " + line for line in body.splitlines())
    monkeypatch.setattr(process, "BOOT", script)
    made = Analysis(folder)
    try:
        yield made
    finally:
        await made.close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


async def test_it_starts_with_the_first_question_and_stays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with analysis(monkeypatch, tmp_path, "found(number)") as made:
        assert (made.status.state, made.status.pid) == (State.IDLE, 0)
        assert await made.ask(question(), LONG) == FOUND
        pid = made.status.pid
        assert await made.ask(question(), LONG) == FOUND
        assert (made.status.state, made.status.pid, made.status.jedi) == (State.READY, pid, "0")
        assert (made.status.asked, made.status.answered, made.status.restarts) == (2, 2, 0)
    assert made.status.pid == 0
    assert await made.ask(question(), LONG) is None


async def test_a_late_answer_is_absent_and_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    body = f"while not os.path.exists({os.fspath(gate)!r}): time.sleep(0.01)\nfound(number)"
    async with analysis(monkeypatch, tmp_path, body) as made:
        assert await made.ask(question(), 0.2) is None
        assert (made.status.late, made.status.answered) == (1, 0)
        gate.touch()
        assert await made.ask(question(), LONG) == FOUND
        assert (made.status.late, made.status.answered, made.status.restarts) == (1, 1, 0)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("time.sleep(600)", "no answer within"),
        ("os._exit(7)", "unexpectedly"),
        ("os.close(1); time.sleep(600)", "unexpectedly"),
        ("print('Segmentation fault', flush=True); time.sleep(600)", "nonsense"),
        ("print('[1]', flush=True); time.sleep(600)", "nonsense"),
        ("tell(id=number); time.sleep(600)", "nonsense"),
        ("tell(id=99); time.sleep(600)", "no answer within"),
    ],
)
async def test_a_worker_that_misbehaves_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, says: str
) -> None:
    monkeypatch.setattr(client, "FIRST_REST", 0.0)
    monkeypatch.setattr(process, "STOP_SECONDS", 0.2)
    if says.startswith("no answer"):
        monkeypatch.setattr(client, "HARD_SECONDS", 0.3)
    once = f"if once({os.fspath(tmp_path / 'once')!r}):\n    {body}\nfound(number)"
    async with analysis(monkeypatch, tmp_path, once) as made:
        assert await made.ask(question(), LONG) is None
        assert says in made.status.reason
        assert (made.status.lost, made.status.restarts) == (1, 0)
        monkeypatch.setattr(client, "HARD_SECONDS", LONG)
        assert await made.ask(question(), LONG) == FOUND
        assert (made.status.lost, made.status.restarts, made.status.answered) == (1, 1, 1)


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ('print(\'{"is": "failed", "reason": "no jedi"}\')', "no jedi"),
        ("import sys; sys.exit(1)", "unexpectedly"),
        ("print('hello')", "nonsense"),
        ("import time; time.sleep(600)", "did not start within"),
    ],
)
async def test_a_worker_that_does_not_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, says: str
) -> None:
    if says.startswith("did not"):
        monkeypatch.setattr(process, "START_SECONDS", 0.3)
        monkeypatch.setattr(process, "STOP_SECONDS", 0.1)
    async with analysis(monkeypatch, tmp_path, "", script) as made:
        assert await made.ask(question(), LONG) is None
        assert says in made.status.reason
        assert (made.status.lost, made.status.pid) == (1, 0)


async def test_a_program_that_cannot_be_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(process.sys, "executable", os.fspath(tmp_path / "nothing"))
    async with analysis(monkeypatch, tmp_path, "") as made:
        assert await made.ask(question(), LONG) is None
        assert "could not be started" in made.status.reason


async def test_after_a_failure_it_rests_before_it_starts_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "FIRST_REST", LONG)
    body = f"if once({os.fspath(tmp_path / 'once')!r}): os._exit(1)\nfound(number)"
    async with analysis(monkeypatch, tmp_path, body) as made:
        assert await made.ask(question(), LONG) is None
        assert made.status.state is State.RESTING
        assert await made.ask(question(), 0.1) is None
        assert (made.status.late, made.status.restarts, made.status.pid) == (1, 0, 0)


async def test_the_newest_question_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    body = f"""
while not os.path.exists({os.fspath(gate)!r}): time.sleep(0.01)
tell(**({protocol.findings_message(0, Findings())!r} | {{"id": number, "cut": [question["text"]]}}))
"""
    async with analysis(monkeypatch, tmp_path, body) as made:
        first = asyncio.create_task(made.ask(question("1"), LONG))
        await until(lambda: made.status.state is State.BUSY)
        second = asyncio.create_task(made.ask(question("2"), LONG))
        await asyncio.sleep(0)
        third = asyncio.create_task(made.ask(question("3"), LONG))
        assert await second is None
        gate.touch()
        assert await first == Findings(cut=("1",))
        assert await third == Findings(cut=("3",))
        assert (made.status.asked, made.status.answered, made.status.overtaken) == (3, 2, 1)


async def test_a_file_that_ends_the_process_twice_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "FIRST_REST", 0.0)
    body = "if question['path'] == '/bad.py': os._exit(1)\nfound(number)"
    async with analysis(monkeypatch, tmp_path, body) as made:
        for _ in range(2):
            assert await made.ask(question(path="/bad.py"), LONG) is None
            assert await made.ask(question(path="/good.py"), LONG) == FOUND
        assert await made.ask(question(path="/bad.py"), LONG) is None
        assert (made.status.lost, made.status.refused, made.status.restarts) == (2, 1, 2)
        assert "left alone" in made.status.reason
        made._alone["/bad.py"] = 0.0
        assert await made.ask(question(path="/bad.py"), LONG) is None
        assert made.status.lost == 3


async def test_a_worker_that_ends_itself_after_an_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    body = f"found(number)\nif once({os.fspath(tmp_path / 'once')!r}): os._exit(3)"
    async with analysis(monkeypatch, tmp_path, body) as made:
        assert await made.ask(question(), LONG) == FOUND
        worker = made._worker
        assert worker is not None
        await until(lambda: worker.gone)
        assert await made.ask(question(), LONG) == FOUND
        assert (made.status.restarts, made.status.lost) == (1, 0)


async def test_when_nobody_asks_for_long_the_process_ends(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "IDLE_SECONDS", 0.05)
    async with analysis(monkeypatch, tmp_path, "found(number)") as made:
        assert await made.ask(question(), LONG) == FOUND
        await until(lambda: made.status.pid == 0)
        assert made.status.state is State.IDLE
        monkeypatch.setattr(client, "IDLE_SECONDS", LONG)
        assert await made.ask(question(), LONG) == FOUND
        assert made.status.restarts == 0


async def test_what_is_too_long_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with analysis(monkeypatch, tmp_path, "found(number)") as made:
        assert await made.ask(question("x" * 5_000), LONG) is None
        assert await made.ask(question("x = 1\n" * 900_000), LONG) is None  # 5 MB
        assert (made.status.refused, made.status.asked, made.status.pid) == (2, 0, 0)
        assert "1,000,000" in made.status.reason


async def test_who_goes_away_while_asking_disturbs_nobody(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    body = "time.sleep(0.2)\nfound(number)"
    async with analysis(monkeypatch, tmp_path, body) as made:
        left = asyncio.create_task(made.ask(question(), LONG))
        await until(lambda: made.status.state is State.BUSY)
        left.cancel()
        assert await made.ask(question(), LONG) == FOUND
        assert (made.status.answered, made.status.late, made.status.restarts) == (1, 0, 0)


async def test_a_question_that_is_not_read_does_not_hold_up_the_loop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(client, "HARD_SECONDS", 0.5)
    monkeypatch.setattr(process, "STOP_SECONDS", 0.1)
    head = 'print(\'{"is": "ready"}\', flush=True)\nimport time\ntime.sleep(600)'
    async with analysis(monkeypatch, tmp_path, "", head) as made:
        asking = asyncio.create_task(made.ask(question("x = 1\n" * 100_000), LONG))
        turns = 0
        while not asking.done():
            await asyncio.sleep(0.01)
            turns += 1
        assert await asking is None
        assert turns > 3
        assert made.status.lost == 1


async def test_the_worker_is_told_no_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "s")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    message: dict[str, Any] = protocol.findings_message(0, Findings())
    body = f"tell(**({message!r} | {{'id': number, 'cut': list(os.environ)}}))"
    async with analysis(monkeypatch, tmp_path, body) as made:
        found = await made.ask(question(), LONG)
    assert found is not None
    assert set(found.cut) <= process.KEPT | {"LC_CTYPE"}


async def test_a_hung_worker_is_ended_on_close(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(process, "STOP_SECONDS", 0.1)
    async with analysis(monkeypatch, tmp_path, "time.sleep(600)") as made:
        asking = asyncio.create_task(made.ask(question(), LONG))
        await until(lambda: made.status.state is State.BUSY)
        pid = made.status.pid
        await made.close()
        assert await asking is None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
