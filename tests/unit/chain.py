"""An engine that is a function of its prompt, so that any answer can be checked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from zlib import crc32

from symbiote.engine.port import Ask, Delta, Done, End
from unit.doubles import FakeEngine, sides

LETTERS = "ab( \n"
MOST = 30


def says(prefix: str, suffix: str) -> tuple[str, End]:
    """An engine as a function: each letter depends on the three before it and on what follows the cursor."""
    out = ""
    for _ in range(MOST):
        letter = (LETTERS + "$")[crc32((prefix + out)[-3:].encode() + suffix.encode()) % 6]
        if letter == "$":
            return out, End.EOG
        out += letter
        if letter == "\n" and out.strip():
            return out, End.LINE
    return out, End.LIMIT


@dataclass
class Chain(FakeEngine):
    """Writes what `says` says, letter by letter."""

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        raw, self.end = says(*sides(ask))
        self.tokens = list(raw)
        async with contextlib.aclosing(super().stream(ask)) as stream:
            async for part in stream:
                if isinstance(part, Done):
                    part.cost.tokens.generated = len(raw)
                yield part
