"""What a setting, a model or a machine may hold against an answer: a reason each, and no loop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

import symbiote
from symbiote.app import open_house
from symbiote.core import paths
from symbiote.core.answer import Answer, Reason, Silence
from symbiote.core.settings import WindowSettings
from symbiote.engine.port import End, State
from symbiote.features.complete import complete
from symbiote.features.house import House, Window
from unit.engine import tiny_gguf
from unit.engine.engines import CODE, SECONDS, ask, running, say, until
from unit.marked import moment

pytestmark = pytest.mark.asyncio


@contextlib.asynccontextmanager
async def living(model: Path) -> AsyncIterator[House]:
    """The whole house with `model`, ready."""
    paths.state().mkdir(parents=True, exist_ok=True)
    (paths.state() / "machine.json").write_text(json.dumps({"model": str(model)}), "utf-8")
    house = open_house()
    try:
        await until(lambda: house.desk.engine.status.state in (State.READY, State.OFF))
        assert house.desk.engine.status.state is State.READY, house.desk.engine.status.reason
        yield house
    finally:
        await house.desk.engine.close()
        house.ledger.close()


async def answered(house: House, text: str) -> Answer:
    window = Window("w", WindowSettings(deadline_ms=10_000))
    return await complete(house, window, replace(moment(text), asked_at=time.monotonic()))


@pytest.mark.parametrize("special", ["<|fim_pad|>", "<|endoftext|>", "<|repo_name|>"])
@pytest.mark.parametrize("text", ["x = ▮\n", "def total(items):\n    ret▮\n", "▮"])
async def test_a_model_of_special_tokens_only_ends_in_silence(
    folder: Path, special: str, text: str
) -> None:
    path = tiny_gguf.write(folder / "special.gguf", favoured=special)
    async with living(path) as house:
        answer = await answered(house, text)
        assert isinstance(answer, Silence)
        assert answer.reason is Reason.BLANK
        assert answer.cost.tokens.generated <= 4, "at most the half-typed word"
        assert answer.cost.tokens.drafted == 0


async def test_special_tokens_only_end_an_answer_of_many_lines_too(folder: Path) -> None:
    path = tiny_gguf.write(folder / "many.gguf", favoured="<|file_sep|>")
    async with running(path) as engine:
        for heal in (False, True):
            text, done = await say(engine, ask(CODE + "    ret", limit=200, heal=heal))
            assert (text, done.end) == ("", End.EOG)


async def test_a_model_without_fim_tokens_is_refused_naming_the_file_to_add(folder: Path) -> None:
    shape = tiny_gguf.Shape(specials=("<|endoftext|>", "<|pad|>"))
    path = tiny_gguf.write(folder / "starling-3b.gguf", shape)
    async with living(path) as house:
        answer = await answered(house, "x = ▮\n")
        assert isinstance(answer, Silence)
        assert answer.reason is Reason.REFUSED
        assert "no fill-in-the-middle tokens" in answer.detail
        assert "prompt/families/starling.toml" in answer.detail


@pytest.mark.parametrize("tokens", [0, 1, 100, 256])
async def test_a_context_of_no_or_few_tokens_still_answers(tiny: Path, tokens: int) -> None:
    async with running(tiny, context_tokens=tokens) as engine:
        assert engine.status.context == (256 if tokens else 1024)
        assert ("too small; 256 are used" in engine.status.note) == (0 < tokens < 256)
        for prefix in ("", CODE * 9):
            _, done = await say(engine, ask(prefix, CODE * 9, limit=8))
            assert done.cost.tokens.generated == 8
            assert done.cost.tokens.prompt <= engine.status.context - 8


async def test_a_model_file_that_names_no_context_gets_a_usual_one(folder: Path) -> None:
    path = tiny_gguf.write(folder / "nought.gguf", tiny_gguf.Shape(context=0))
    async with running(path) as engine:
        assert engine.status.context == 4096
        await say(engine, ask(CODE))


SHORT = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
from symbiote.core.errors import ModelError
from symbiote.engine.local import library, memory
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.native import Native, Options

left, most = int(sys.argv[4]), int(sys.argv[5])
memory.available = lambda: left
lib = library.load()
make = lib.llama_init_from_model
lib.llama_init_from_model = lambda model, params: make(model, params) if params.n_ctx <= most else None
flag = AbortFlag.create(pathlib.Path(sys.argv[3]))
try:
    native = Native(Options(sys.argv[2], context=4096), flag)
    code = native.decode(np.zeros(100, np.int32), 0, 1)
    print(json.dumps({"context": native.context, "notes": native.notes, "code": code}), flush=True)
except ModelError as error:
    print(json.dumps({"error": str(error)}), flush=True)
"""


@pytest.mark.parametrize(
    ("left", "most", "context"),
    [
        (10**10, 4096, 4096),
        (12_000_000, 4096, 1024),
        (10**10, 1024, 1024),
        (0, 4096, 512),
        (10**10, 100, None),
    ],
)
async def test_a_context_too_large_for_the_memory_steps_down_and_says_so(
    slow: Path, folder: Path, left: int, most: int, context: int | None
) -> None:
    """`left` bytes of memory; llama.cpp refuses contexts of more than `most` tokens."""
    root = str(Path(symbiote.__file__).parents[1])
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SHORT, root, str(slow), str(folder), str(left), str(most)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), SECONDS)
    told = json.loads(out)
    if context is None:
        assert "not enough memory" in told["error"]
        return
    assert (told["context"], told["code"]) == (context, 0)
    expected = [f"Memory is short: the context has {context} tokens instead of 4096."]
    assert told["notes"] == (expected if context < 4096 else [])
