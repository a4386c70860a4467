"""Cancels and completions beside rewrites, over an engine that tells what it was asked."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import Any

import pytest

from symbiote.bench import engine_rows
from symbiote.bench.trace import File, Stroke, Trace
from symbiote.core.pieces import Text
from symbiote.prompt.family import families
from unit.doubles import FakeEngine, Narrator

FILES = [File("a.py", "python", "import os\n" * 30)]
TRACE = Trace(
    "t",
    (File("a.py", "python", "x = \ny = 1\n"),),
    tuple(Stroke(0.01, 0, 4 + at, 0, letter) for at, letter in enumerate("compute")),
)


def over(monkeypatch: pytest.MonkeyPatch, engine: FakeEngine) -> None:
    @contextlib.asynccontextmanager
    async def running(_: str) -> AsyncGenerator[tuple[Any, Any], None]:
        yield engine, families()["qwen"]

    monkeypatch.setattr(engine_rows, "running", running)


def test_only_answers_that_were_running_count_as_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_rows, "SOONEST", 0.0)
    monkeypatch.setattr(engine_rows, "LATEST", 0.01)
    engine = FakeEngine(first=5.0)
    over(monkeypatch, engine)
    taken = asyncio.run(engine_rows.cancels("m", FILES, 6))
    assert len(taken) == engine.stopped == 6
    assert engine.running == 0
    assert {(ask.limit, ask.lines) for ask in engine.asks} == {(engine_rows.LONG, 0)}
    assert len({ask.pieces for ask in engine.asks}) == 6, "every prompt is new"
    over(monkeypatch, done := FakeEngine())
    monkeypatch.setattr(engine_rows, "SOONEST", 0.2)
    monkeypatch.setattr(engine_rows, "LATEST", 0.2)
    assert asyncio.run(engine_rows.cancels("m", FILES, 3)) == []
    assert done.finished == 3


def test_the_same_keys_are_typed_with_and_without_a_rewrite(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Narrator(tokens=["one", "two", "three"], delay=0.001)
    over(monkeypatch, engine)
    found = asyncio.run(engine_rows.beside("m", TRACE, FILES, block=3))
    assert len(found.busy) == len(found.idle) == len(TRACE.strokes)
    assert found.pieces > 0 and found.answers > 0 and found.seconds > 0
    short = [ask for ask in engine.asks if ask.lines == 1]
    texts = [next(p.text for p in ask.pieces if isinstance(p, Text)) for ask in short]
    ends = [text.rpartition("= ")[2] for text in texts]
    typed = ["compute"[: count + 1] for count in range(7)]
    assert set(ends) <= set(typed)
    rewrites = [ask for ask in engine.asks if ask.lines == 0]
    assert rewrites and all(ask.limit <= engine_rows.LONG for ask in rewrites)
    assert engine.running == 0, "the last rewrite was stopped"


def test_a_completion_that_the_next_key_sent_home_counts_with_its_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over(monkeypatch, FakeEngine(first=0.05))
    found = asyncio.run(engine_rows.beside("m", TRACE, FILES, block=99))
    assert found.sent_home > 0
    assert len(found.idle) == len(TRACE.strokes)


def test_a_rewrite_that_fails_ends_the_measurement(monkeypatch: pytest.MonkeyPatch) -> None:
    over(monkeypatch, FakeEngine(error=RuntimeError("broken")))
    with pytest.raises(RuntimeError, match="broken"):
        asyncio.run(engine_rows.beside("m", TRACE, FILES))
