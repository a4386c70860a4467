"""Windows as editors open them: a `symbiote lsp` process each, spoken to over its stdio."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from symbiote.bench.ours import LOADING
from symbiote.core.answer import Reason
from symbiote.core.errors import SymbioteError
from symbiote.wire.client import Client
from symbiote.wire.framing import MAX_HEADER

COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "symbiote", "lsp")
URI = "file:///bench/a.py"
TEXT = "names = load(path)\nothers = load("
PLACE = {"line": 1, "character": 14}
WAITING: Mapping[str, Any] = {"deadlineMs": 10_000}
"""Settings of a window that waits for the model to load."""
ENDS = 10.0
"""Seconds for a forwarder to end once it was told goodbye."""


class Forwarded:
    """One window and its process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        assert process.stdin is not None
        self.process = process
        self.client = Client(process.stdout, process.stdin)

    async def first_answer(self) -> dict[str, Any]:
        """Open a small file and ask for a completion until the model is loaded. Raises `SymbioteError` when none is computed."""
        self.client.open(URI, TEXT)
        asked = {"textDocument": {"uri": URI}, "position": PLACE, "automatic": True}
        until = time.monotonic() + LOADING
        while True:
            answer: dict[str, Any] = await self.client.request("symbiote/complete", asked)
            if answer["tokens"]["prompt"]:
                return answer
            if answer["reason"] != Reason.LOADING or time.monotonic() > until:
                raise SymbioteError(f"No answer was computed: {answer['reason']}.")


@contextlib.asynccontextmanager
async def forwarded(
    settings: Mapping[str, Any] = WAITING, model: str | None = None
) -> AsyncGenerator[Forwarded]:
    """A window past the first exchange; the daemon is started if need be."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *COMMAND, stdin=pipe, stdout=pipe, limit=MAX_HEADER
    )
    made = Forwarded(process)
    try:
        await made.client.initialize({**settings, **({"model": model} if model else {})})
        yield made
        await made.client.leave()
        await asyncio.wait_for(process.wait(), ENDS)
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await made.client.close()


async def answered(model: str | None = None) -> float:
    """Milliseconds from starting a window to its first answer."""
    began = time.monotonic()
    async with forwarded(model=model) as window:
        await window.first_answer()
        return (time.monotonic() - began) * 1000
