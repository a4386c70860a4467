"""llama-server's /infill as a contestant, with an ideal client: it streams, and hangs up on each key.

The set-ups differ in what they ask for: llama.vim's request word for word, or the work that Symbiote does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from symbiote.bench.http import Connection, HttpError
from symbiote.bench.replay import Lost, Reply, Withdrawn
from symbiote.bench.screen import View
from symbiote.bench.trace import File, Stroke
from symbiote.context.window import window
from symbiote.core.answer import Origin
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened

PREFIX_LINES, SUFFIX_LINES = 256, 64
"""llama.vim's n_prefix and n_suffix."""
FIRST_MS, NEXT_MS = 250, 1_000
"""llama.vim's t_max_predict_ms for what was asked for, and for the speculative follow-up."""
TUNED_TOKENS, TUNED_CHARACTERS = 48, 3_720
"""What Symbiote asks of its engine at a context of 1,536 tokens (features/complete.py)."""
TUNED_SUFFIX = 800
"""Characters. /infill cuts the suffix to a quarter of a batch less the tokens of the cursor's line: a longer one would be cut
elsewhere after each key, and a prompt that begins with it would be read anew."""


@dataclass(frozen=True, slots=True)
class Setup:
    """`flags` of llama-server. `tuned`: the same window of text, greedy, one line; else llama.vim's request."""

    name: str
    flags: tuple[str, ...]
    tuned: bool
    environment: tuple[tuple[str, str], ...] = ()


def request(view: View, setup: Setup, *, stream: bool, most_ms: int = FIRST_MS) -> dict[str, Any]:
    """The JSON for /infill."""
    common = {"stream": stream, "cache_prompt": True, "id_slot": 0, "input_extra": []}
    if setup.tuned:
        greedy = {"temperature": 0.0, "samplers": ["temperature"], "stop": ["\n"]}
        return common | greedy | _same_text(view) | {"n_predict": TUNED_TOKENS}
    return (
        common
        | _vim_text(view)
        | {
            "n_predict": 128,
            "top_k": 40,
            "top_p": 0.9,
            "samplers": ["top_k", "top_p", "infill"],
            "t_max_prompt_ms": 500,
            "t_max_predict_ms": most_ms,
        }
    )


def _vim_text(view: View) -> dict[str, Any]:
    """The lines that llama.vim sends; it takes a line of nothing but spaces for an empty one."""
    lines = view.text.split("\n")
    current, column = lines[view.line], view.column
    if not current.strip():
        before, after, indent = "", "", 0
    else:
        before, after = current[:column], current[column:]
        indent = len(before) - len(before.lstrip())
    above = lines[max(0, view.line - PREFIX_LINES) : view.line]
    below = lines[view.line + 1 : view.line + 1 + SUFFIX_LINES]
    return {
        "input_prefix": "".join(line + "\n" for line in above),
        "prompt": before,
        "input_suffix": "\n".join([after, *below]) + "\n",
        "n_indent": indent,
    }


def _same_text(view: View) -> dict[str, Any]:
    """The window of text that Symbiote's own prompt holds, with as much of the suffix as /infill takes."""
    document = opened("", "python", 1, view.text)
    moment = Moment(document, view.line, view.column, "", Trigger.AUTOMATIC, 0.0)
    around = window(moment, TUNED_CHARACTERS)
    prefix, _, before = around.prefix.rpartition("\n")
    above = prefix + "\n" if "\n" in around.prefix else ""
    return {"input_prefix": above, "prompt": before, "input_suffix": around.suffix[:TUNED_SUFFIX]}


class Infill:
    """The ideal client. Each ask has a connection of its own, so that hanging up never waits for another."""

    withdraws = True

    def __init__(self, host: str, port: int, setup: Setup) -> None:
        self._host = host
        self._port = port
        self._setup = setup
        self._kept: list[Connection] = []

    async def open(self, files: Sequence[File]) -> None:
        """llama-server has no documents."""

    def edit(self, before: View, stroke: Stroke) -> None:
        """See `open`."""

    def took(self, id: str) -> None:
        """See `open`."""

    async def close(self) -> None:
        for connection in self._kept:
            connection.hang_up()

    def ask(self, view: View) -> _Ask:
        content = json.dumps(request(view, self._setup, stream=True)).encode()
        return _Ask(asyncio.create_task(self._answer(content)))

    async def _answer(self, content: bytes) -> Reply:
        connection = self._kept.pop() if self._kept else Connection(self._host, self._port)
        async with contextlib.aclosing(connection.body("POST", "/infill", content)) as incoming:
            reply = await streamed(incoming)
        self._kept.append(connection)
        return reply


class _Ask:
    def __init__(self, task: asyncio.Task[Reply]) -> None:
        self._task = task

    def withdraw(self) -> None:
        self._task.cancel()

    async def reply(self) -> Reply:
        await asyncio.wait({self._task})
        if self._task.cancelled():
            raise Withdrawn
        error = self._task.exception()
        if isinstance(error, HttpError):
            raise Lost(str(error)) from error
        return self._task.result()


async def streamed(incoming: Any) -> Reply:
    """A streamed answer: `data: {…}` lines, the last of them with the timings."""
    text, rest, first = "", b"", 0.0
    last: dict[str, Any] = {}
    async for part in incoming:
        *lines, rest = (rest + part).split(b"\n")
        for line in lines:
            if not line.startswith(b"data:"):
                continue
            event = parsed(line[5:])
            first = first or time.monotonic()
            text += event.get("content", "")
            last = event if "timings" in event else last
    after = (time.monotonic() - first) * 1000 if first else 0.0
    return reply(text, last.get("timings", {}), after)


def parsed(content: bytes) -> dict[str, Any]:
    """One JSON object of the server. Raises `HttpError` for anything else, and for the error that it may hold."""
    try:
        found = json.loads(content)
    except ValueError as error:
        raise HttpError(f"not JSON: {content[:80]!r}") from error
    if not isinstance(found, dict) or "error" in found:
        raise HttpError(f"refused: {content[:300].decode('utf-8', 'replace')}")
    return found


def reply(text: str, timings: dict[str, Any], after_first_ms: float) -> Reply:
    """What llama-server said, in the terms of all contestants: nothing but white space is a silence."""
    shown = text if text.strip() else ""
    return Reply(
        text=shown,
        origin=Origin.COMPUTED.value if shown else "",
        reason="" if shown else "blank",
        evaluated=int(timings.get("prompt_n", 0)),
        # An answer that ends at once has been decoded too: its first token was the end.
        generated=max(1, int(timings.get("predicted_n", 0))) if timings else 0,
        after_first_ms=after_first_ms,
        stages={
            "prefill": float(timings.get("prompt_ms", 0.0)),
            "decode": float(timings.get("predicted_ms", 0.0)),
        }
        if timings
        else {},
    )
