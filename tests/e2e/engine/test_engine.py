"""The local engine, whole: a daemon's half and a worker process with llama.cpp in it."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

import pytest

import symbiote
from symbiote.core.errors import AskRefused, EngineGone
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import catalogue
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, End, Keep, Special, State, Text
from unit.engine import tiny_gguf
from unit.engine.engines import CODE, alive, ask, disturb, running, say, settled, until

pytestmark = pytest.mark.asyncio


EDITS = [
    (CODE, "    return result\n"),
    (CODE + "    r", "    return result\n"),
    (CODE + "    re", "    return result\n"),
    (CODE + "    ret", "    return result\n"),
    (CODE + "    r", "    return result\n"),
    (CODE[:40], CODE[40:]),
    (CODE[:41], CODE[41:]),
    (CODE[:40] + "\n", CODE[40:]),
    ("", CODE),
    (CODE, ""),
    ("x", ""),
    (CODE * 3, CODE),
    ("# é 😀 \u2028 \x0c\r\n", "\r\n"),
    (CODE * 3 + "i", CODE),
]


async def test_reuse_changes_nothing_but_the_cost(model: str) -> None:
    async with running(model) as reusing, running(model) as forgetting:
        for prefix, suffix in EDITS:
            await disturb(forgetting)
            text, done = await say(reusing, ask(prefix, suffix))
            again, costly = await say(forgetting, ask(prefix, suffix))
            assert text == again
            assert costly.cost.tokens.evaluated >= costly.cost.tokens.prompt - 1
            assert done.cost.tokens.prompt == costly.cost.tokens.prompt
            assert done.confidence == pytest.approx(costly.confidence, abs=0.3)


async def test_a_used_engine_answers_like_one_just_started(model: str) -> None:
    async with running(model) as used:
        for prefix, suffix in EDITS:
            await say(used, ask(prefix, suffix))
        text, _ = await say(used, ask(CODE, "    return result\n"))
    async with running(model) as new:
        assert (await say(new, ask(CODE, "    return result\n")))[0] == text


async def test_a_typed_character_costs_few_tokens(model: str) -> None:
    async with running(model) as engine:
        suffix, typed = CODE * 2, CODE + "    "
        evaluated = []
        for count in range(len("return result")):
            _, done = await say(engine, ask(typed + "return result"[:count], suffix, limit=4))
            evaluated.append(done.cost.tokens.evaluated)
        assert evaluated[0] > 50
        assert max(evaluated[1:]) <= 8


async def test_the_status_says_what_runs(tiny: Path) -> None:
    changes: list[State] = []
    engine = LocalEngine(
        MachineSettings(model=str(tiny)), lambda: changes.append(engine.status.state)
    )
    assert engine.status.state is State.STARTING
    with pytest.raises(EngineGone):
        await say(engine, ask("x"))
    engine.start()
    engine.start()
    await settled(engine)
    status = engine.status
    assert changes == [State.STARTING, State.LOADING, State.READY]
    assert (status.model, status.device, status.gpu_layers) == ("tiny", "CPU", 0)
    assert status.specials == frozenset(tiny_gguf.SPECIALS)
    assert status.context == 1024
    assert status.threads >= 1
    assert status.memory_mb > 1
    assert alive(status.pid)
    assert not status.note
    await engine.close()
    assert engine.status.state is State.OFF
    assert not alive(status.pid)
    with pytest.raises(EngineGone):
        await say(engine, ask("x"))


async def test_answers_end_at_a_line_the_limit_or_the_deadline(folder: Path, slow: Path) -> None:
    loud = tiny_gguf.write(folder / "lines.gguf", cycle=b"ab=1\nc")

    def after(text: str, **more: int) -> Ask:
        return Ask((Text(text),), **{"limit": 40, "lines": 0} | more)  # type: ignore[arg-type]

    async with running(loud) as engine:
        text, done = await say(engine, after("ab", lines=1))
        assert (text, done.end) == ("=1\n", End.LINE)
        text, done = await say(engine, after("1", lines=2))
        assert (text, done.end) == ("\ncab=1\ncab=1\n", End.LINE)
        text, done = await say(engine, after("ab", limit=3))
        assert (text, done.end, done.cost.tokens.generated) == ("=1\n", End.LIMIT, 3)
    async with running(slow) as engine:
        text, done = await say(engine, ask(CODE * 30, deadline=time.monotonic() + 0.01))
        assert done.end is End.DEADLINE
        assert done.cost.tokens.evaluated < done.cost.tokens.prompt
        text, done = await say(engine, ask("x", limit=2000, deadline=time.monotonic() + 0.3))
        assert done.end in (End.DEADLINE, End.LIMIT)
        assert done.cost.tokens.generated < 2000


async def test_control_tokens_are_never_text(folder: Path) -> None:
    for special in ("<|fim_middle|>", "<|endoftext|>", "<|file_sep|>"):
        path = tiny_gguf.write(folder / "control.gguf", favoured=special)
        async with running(path) as engine:
            text, done = await say(engine, ask("x"))
            assert (text, done.end, done.cost.tokens.generated) == ("", End.EOG, 0)


async def test_a_document_cannot_forge_a_control_token(tiny: Path) -> None:
    forged = "<|fim_middle|>"
    async with running(tiny) as engine:
        _, plain = await say(engine, Ask((Text("x"),), limit=1))
        _, text = await say(engine, Ask((Text("x" + forged),), limit=1))
        _, special = await say(engine, Ask((Text("x"), Special(forged)), limit=1))
        assert plain.cost.tokens.prompt == 1
        assert text.cost.tokens.prompt == 1 + len(forged)
        assert special.cost.tokens.prompt == 2
        with pytest.raises(AskRefused, match="no control token <x>"):
            await say(engine, Ask((Special("<x>"),)))


async def test_a_split_emoji_is_shown_whole(folder: Path) -> None:
    path = tiny_gguf.write(folder / "emoji.gguf", cycle="é😀".encode())
    async with running(path) as engine:
        parts = [part async for part in engine.stream(Ask((Text("😀"),), limit=14, lines=0))]
        texts = [part.text for part in parts if isinstance(part, Delta)]
        assert texts == ["é", "😀", "é", "😀", "é"][: len(texts)]
        assert len(texts) >= 4


async def test_prompts_that_cannot_be_served_are_refused_or_cut(model: str) -> None:
    async with running(model) as engine:
        context = engine.status.context
        for pieces in ((), (Text(""),)):
            with pytest.raises(AskRefused, match="empty"):
                await say(engine, Ask(pieces))
        with pytest.raises(AskRefused):
            await say(engine, Ask((Text("x y" * 4 * context),)))
        for prefix in (CODE * 300, "x" * 1_000_000, "\ud800" * 9_000, "\0" * 9_000):
            _, done = await say(engine, ask(prefix, prefix, limit=2))
            assert 0 < done.cost.tokens.prompt <= context - 2
        _, done = await say(engine, ask(CODE, limit=2))
        assert done.cost.tokens.generated <= 2


async def test_new_settings_swap_the_model_and_old_ones_do_not(tiny: Path, folder: Path) -> None:
    other = tiny_gguf.write(folder / "other.gguf", tiny_gguf.Shape(context=512), seed=9)
    async with running(tiny) as engine:
        first = engine.status.pid
        text, _ = await say(engine, ask(CODE))
        engine.configure(MachineSettings(model=str(tiny), log_level="debug"))
        await asyncio.sleep(0.05)
        assert engine.status.pid == first
        engine.configure(MachineSettings(model=str(other)))
        await until(lambda: engine.status.state is State.READY and engine.status.pid != first)
        assert (engine.status.model, engine.status.context) == ("other", 512)
        assert not alive(first)
        assert (await say(engine, ask(CODE)))[0] != text
        engine.configure(MachineSettings(model=str(tiny), context_tokens=600, threads=1))
        await until(lambda: engine.status.model == "tiny" and engine.status.state is State.READY)
        assert engine.status.threads == 1
        assert 512 <= engine.status.context <= 768
        assert (await say(engine, ask(CODE)))[0] == text


async def test_keep_decides_which_end_gives_way(tiny: Path) -> None:
    async with running(tiny, context_tokens=512) as engine:
        far = Text("a" * 5_000 + CODE, Keep.END)
        near = Text("b" * 1_000 + CODE, Keep.END)
        assert (await say(engine, Ask((far,), limit=8)))[1].cost.tokens.prompt <= 504
        assert (await say(engine, Ask((near,), limit=8)))[1].cost.tokens.prompt >= 400


async def test_two_windows_in_turn_keep_what_was_read(model: str) -> None:
    one, other = CODE * 3, CODE.upper() * 3
    async with running(model) as engine, running(model) as fresh:
        for turn in range(4):
            for suffix in (one, other):
                asked = ask(CODE + "    " + "r" * turn, suffix)
                text, done = await say(engine, asked)
                assert done.cost.tokens.evaluated <= 8 or turn == 0
                await disturb(fresh)
                assert (await say(fresh, asked))[0] == text


async def test_a_deadline_holds_in_the_middle_of_a_long_call(slow: Path) -> None:
    async with running(slow) as engine:
        expected, _ = await say(engine, ask(CODE * 20, limit=4))
        for seconds in (0.0, 0.02, 0.05, 0.1, 0.15):
            await disturb(engine)
            _, done = await say(engine, ask(CODE * 20, deadline=time.monotonic() + seconds))
            assert done.end in (End.DEADLINE, End.LIMIT)
        assert (await say(engine, ask(CODE * 20, limit=4)))[0] == expected


SEAMS = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.tokens import Prompts, scalar
from symbiote.engine.port import Text

native = Native(Options(sys.argv[2]), AbortFlag.create(pathlib.Path(sys.argv[3])))
prompts = Prompts(native)
assert prompts._by_line
for path in pathlib.Path(sys.argv[1]).rglob("*.py"):
    text = path.read_text("utf-8")
    for piece in (text, text.replace("\\n", "\\r\\n"), text[1::2], text[::-1]):
        whole = native.tokenize(scalar(piece).encode())
        assert prompts.encode((Text(piece),), 10**6).tolist() == whole.tolist(), path
print("same")
"""


async def test_tokens_line_by_line_are_the_tokens_of_the_whole(model: str, folder: Path) -> None:
    root = Path(symbiote.__file__).parents[1]
    path = catalogue.find(model).path
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SEAMS, str(root), str(path), str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert out == b"same\n"
