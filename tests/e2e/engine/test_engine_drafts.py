"""Drafts with llama.cpp: the same answers, in fewer calls."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import symbiote
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import catalogue
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, State, Text
from unit.engine import tiny_gguf

pytestmark = pytest.mark.asyncio

SCRIPT = """
import json, pathlib, sys
sys.path.insert(0, sys.argv[1])
from symbiote.engine.local.flag import AbortFlag
from symbiote.engine.local.generate import Generator
from symbiote.engine.local.native import Native, Options
from symbiote.engine.local.payoff import Payoff
from symbiote.engine.port import Ask, Keep, Special, Text

class Always(Payoff):
    def length(self): return 15
class Never(Payoff):
    def length(self): return 0

flag = AbortFlag.create(pathlib.Path(sys.argv[3]))
native = Native(Options(sys.argv[2]), flag)
calls, decode = [0], native.decode
def counted(*order):
    calls[0] += 1
    return decode(*order)
native.decode = counted
text = pathlib.Path(sys.argv[1], "symbiote", "core", "settings.py").read_text("utf-8")[:2400]
cuts = range(300, 2400, 300)
for payoff in (Never(), Always()):
    native.forget(0)
    generator = Generator(native, flag, payoff=payoff)
    answers, drafted, accepted, calls[0] = [], 0, 0, 0
    for number, cut in enumerate(cuts, 1):
        before, after = text[:cut], text[cut:]
        pieces = (
            Special("<|fim_suffix|>"), Text(after, Keep.START),
            Special("<|fim_prefix|>"), Text(before, Keep.END), Special("<|fim_middle|>"),
        )
        said = []
        original = after if number % 3 else ""
        ask = Ask(pieces, 40, 0, before=before, after=after, heal=number % 2 > 0, original=original)
        done = generator.answer(number, ask, lambda text, _: said.append(text))
        answers.append(["".join(said), done.end, done.cost.tokens.generated])
        drafted += done.cost.tokens.drafted
        accepted += done.cost.tokens.accepted
        assert native.decode is counted
    told = {"answers": answers, "drafted": drafted, "accepted": accepted, "calls": calls[0]}
    print(json.dumps(told), flush=True)
"""


async def both(model: Path, folder: Path) -> list[dict[str, Any]]:
    root = Path(symbiote.__file__).parents[1]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SCRIPT, str(root), str(model), str(folder)),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    return [json.loads(line) for line in out.decode().splitlines()]


async def test_answers_are_the_same_with_and_without_drafts(model: str, folder: Path) -> None:
    without, drafting = await both(catalogue.find(model).path, folder)
    assert drafting["answers"] == without["answers"]
    assert without["drafted"] == without["accepted"] == 0
    assert drafting["calls"] <= without["calls"]


async def test_a_model_that_repeats_itself_is_called_less(folder: Path) -> None:
    path = tiny_gguf.write(folder / "phrase.gguf", cycle=b"abcdefghijklmnop=1\n")
    without, drafting = await both(path, folder)
    assert drafting["answers"] == without["answers"]
    assert drafting["accepted"] > 80
    assert drafting["calls"] < without["calls"] * 3 / 4


async def test_a_worker_tells_of_drafts_as_they_come_and_a_plain_one_has_none(folder: Path) -> None:
    path = tiny_gguf.write(folder / "again.gguf", cycle=b"abcdefghijklmnop=1\n")
    ask = Ask((Text("abcdefghijklmnop=1\nabc"),), limit=300, lines=0)
    texts = []
    for plain in (False, True):
        engine = LocalEngine(MachineSettings(model=str(path)), lambda: None, plain=plain)
        engine.start()
        assert (await engine.settled()).state is State.READY
        deltas, drafted, text = 0, 0, ""
        async with contextlib.aclosing(engine.stream(ask)) as stream:
            async for part in stream:
                if isinstance(part, Delta):
                    deltas, drafted, text = deltas + 1, drafted + part.drafted, text + part.text
                else:
                    counts = part.cost.tokens
        await engine.close()
        texts.append(text)
        assert deltas > 0 and drafted == counts.accepted
        assert not (plain and counts.drafted)
        assert plain or counts.drafted > 0, "the other choice is tried whatever a draft costs here"
    assert texts[0] == texts[1]


async def _twice(model: Path, draft: str) -> tuple[str, int, str]:
    """The text, how many tokens of it were drafts, and the note."""
    engine = LocalEngine(MachineSettings(model=str(model)), lambda: None, draft=draft)
    engine.start()
    try:
        assert (await engine.settled()).state is State.READY
        text, accepted = "", 0
        # Shorter than what repeats, so that nothing is found in the text. Reading pays where a plain call is known.
        for prefix in ("abcde", "abcdefg"):
            ask = Ask((Text(prefix),), limit=9, lines=0)
            async with contextlib.aclosing(engine.stream(ask)) as stream:
                async for part in stream:
                    if isinstance(part, Delta):
                        text += part.text
                    else:
                        accepted += part.cost.tokens.accepted
        return text, accepted, engine.status.note
    finally:
        await engine.close()


async def test_a_second_model_drafts_and_one_with_other_tokens_does_not(folder: Path) -> None:
    phrase = b"abcdefghijklmnop=1\n"
    large = tiny_gguf.write(folder / "large.gguf", cycle=phrase)
    small = tiny_gguf.write(folder / "small.gguf", cycle=phrase)
    text, accepted, note = await _twice(large, "")
    assert (accepted, note) == (0, "")
    again, accepted, note = await _twice(large, str(small))
    assert (again, "are off" in note) == (text, False)
    assert accepted > 0
    again, accepted, note = await _twice(large, str(catalogue.find("embedded").path))
    assert (again, accepted) == (text, 0)
    assert "Drafts by symbiote-5m-q8_0 are off: It knows 8,192 tokens" in note
    again, accepted, note = await _twice(large, str(folder / "nowhere.gguf"))
    assert (again, accepted) == (text, 0)
    assert "nowhere.gguf are off: The model file" in note
