"""Many windows typing fast, through real forwarders, into the real daemon over an engine that answers at once.

Keys come when they are due, whether or not answers have come. The time of this process is in the figures: it shares the
processors with what it measures.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from string import ascii_lowercase

from symbiote.bench import null
from symbiote.bench.forwarded import Forwarded, forwarded
from symbiote.core.errors import SymbioteError
from symbiote.wire.client import client

WINDOWS, KEYS_PER_SECOND, SECONDS = 8, 30, 20.0
LINES = 2_000
"""Of the file that each window has open; the last one is typed."""
DRAIN = 10.0
"""Seconds for the last answers."""


@dataclass(slots=True)
class Crowd:
    """Milliseconds from a key to its answer, and how late (ms) the keys were pressed; requests without a proper answer."""

    answers: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    unanswered: int = 0
    shown: int = 0

    def add(self, other: Crowd) -> None:
        self.answers += other.answers
        self.late += other.late
        self.unanswered += other.unanswered
        self.shown += other.shown


async def crowd(windows: int = WINDOWS, seconds: float = SECONDS) -> Crowd:
    """So many windows at once for so long. The daemon is left to the caller to end."""
    whole = Crowd()
    # This one starts the daemon over the null engine; the forwarders find it running.
    async with client(null.COMMAND), contextlib.AsyncExitStack() as stack:
        made = [await stack.enter_async_context(forwarded({})) for _ in range(windows)]
        for number, window in enumerate(made):
            window.client.open(_uri(number), "x = 1\n" * LINES)
            await window.client.request("symbiote/why")  # the file is taken in by then
        keys = int(seconds * KEYS_PER_SECOND)
        typing = (_type(window, number, keys) for number, window in enumerate(made))
        for part in await asyncio.gather(*typing):
            whole.add(part)
    return whole


async def _type(window: Forwarded, number: int, keys: int) -> Crowd:
    """The keys of one window; the windows are out of step by a part of the time between two keys."""
    found, uri = Crowd(), _uri(number)
    begin = time.monotonic() + number / WINDOWS / KEYS_PER_SECOND
    tasks: list[asyncio.Task[bool | None]] = []
    for key in range(keys):
        due = begin + key / KEYS_PER_SECOND
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        found.late.append((time.monotonic() - due) * 1000)
        sent = time.monotonic()
        answer = _press(window, uri, key)
        tasks.append(asyncio.create_task(_answer(answer, sent, found)))
    done, missing = await asyncio.wait(tasks, timeout=DRAIN)
    for task in missing:
        task.cancel()
    await asyncio.gather(*missing, return_exceptions=True)
    outcomes = [task.result() for task in done]
    found.unanswered = len(missing) + outcomes.count(None)
    found.shown = outcomes.count(True)
    return found


def _uri(number: int) -> str:
    return f"file:///bench/{number}.py"


def _press(window: Forwarded, uri: str, key: int) -> asyncio.Future[Sequence[object]]:
    """One letter, and the request that follows it."""
    at = {"line": LINES, "character": key}
    change = {"range": {"start": at, "end": at}, "text": ascii_lowercase[key % 26]}
    document = {"uri": uri, "version": key + 2}
    window.client.notify(
        "textDocument/didChange", {"textDocument": document, "contentChanges": [change]}
    )
    _, answer = window.client.ask(
        "textDocument/inlineCompletion",
        {
            "textDocument": {"uri": uri},
            "position": {"line": LINES, "character": key + 1},
            "context": {"triggerKind": 2},
        },
    )
    return answer


async def _answer(
    answer: asyncio.Future[Sequence[object]], sent: float, found: Crowd
) -> bool | None:
    """Whether there was a suggestion; None for a request that failed."""
    try:
        items = await answer
    except SymbioteError:
        return None
    found.answers.append((time.monotonic() - sent) * 1000)
    return bool(items)
