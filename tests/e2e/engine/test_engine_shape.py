"""A model of random weights in a published shape, small, in the real engine: it answers, to the last token asked for."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from symbiote.bench import shape
from symbiote.bench.alone import alone
from symbiote.bench.trace import File
from symbiote.core.settings import MachineSettings
from symbiote.engine.local.client import LocalEngine
from symbiote.engine.port import Ask, Delta, Done, End, State
from symbiote.prompt.family import choose
from symbiote.prompt.fim import fim

LIMIT = 48
CODE = "def area(width, height):\n    return width * height\n"


@pytest.mark.parametrize("kind", shape.TYPES)
def test_it_answers_with_as_many_tokens_as_it_may(tmp_path: Path, kind: str) -> None:
    path = tmp_path / shape.name_of("tiny", kind)
    shape.make(path, "tiny", kind)

    async def asked() -> tuple[str, Done]:
        engine = LocalEngine(MachineSettings(model=str(path)), lambda: None)
        engine.start()
        try:
            while engine.status.state is not State.READY:
                assert engine.status.state is not State.OFF, engine.status.reason
                await asyncio.sleep(0.01)
            family = choose(None, engine.status.model, engine.status.specials)
            assert family.name == "qwen"
            text = ""
            async for part in engine.stream(Ask(fim(family, CODE, "\n"), limit=LIMIT, lines=1)):
                if isinstance(part, Delta):
                    text += part.text
                else:
                    return text, part
            raise AssertionError("no end")
        finally:
            await engine.close()

    text, done = asyncio.run(asked())
    assert (done.end, done.cost.tokens.generated) == (End.LIMIT, LIMIT)
    assert text.isascii() and text.isprintable() and len(text) > LIMIT
    assert math.isfinite(done.confidence) and done.confidence > LIMIT * -12
    # bytes alone would be as many tokens as there are characters
    assert 10 < done.cost.tokens.prompt < 0.7 * len(CODE)


def test_the_engine_alone_is_measured_on_it(tmp_path: Path) -> None:
    path = tmp_path / shape.name_of("tiny", "q4_0")
    shape.make(path, "tiny")
    found = asyncio.run(alone(str(path), [File("a.py", "python", CODE)], [3]))
    (series,) = found["series"]
    assert series["generated_tokens"] == 24
    assert series["decode_tokens_per_s"] > 0
