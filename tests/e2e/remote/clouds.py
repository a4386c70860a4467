"""Providers of a cloud at the fault server: `{name: row}`."""

from __future__ import annotations

import contextlib
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from typing import Any

from e2e.fault_server import FaultServer, faults
from symbiote.engine.port import Done, Outside, Request
from symbiote.engine.remote.budget import Budget, Unlimited
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.errand import Redact
from symbiote.engine.remote.outgoing import Outgoing


def same(request: Request) -> Outgoing:
    return Outgoing(request, 0)


def without_hunter2(request: Request) -> Outgoing:
    """`[secret]` instead."""
    texts = (request.prefix, request.suffix, *(turn.text for turn in request.messages))
    prefix, suffix, *turns = (text.replace("hunter2", "[secret]") for text in texts)
    messages = tuple(
        replace(turn, text=text) for turn, text in zip(request.messages, turns, strict=True)
    )
    clean = replace(request, prefix=prefix, suffix=suffix, messages=messages)
    return Outgoing(clean, sum(text.count("hunter2") for text in texts))


def setting(server: FaultServer, rows: dict[str, str], **more: Any) -> dict[str, Any]:
    """The setting that turns on a provider of this name for each row."""
    entry = {"kind": "openai", "complete": "m", "rewrite": "m"} | more
    return {name: {"baseUrl": server.url(row), **entry} for name, row in rows.items()}


@contextlib.asynccontextmanager
async def cloud(
    rows: dict[str, str],
    *,
    spend: Budget | None = None,
    redact: Redact = same,
    clock: Callable[[], float] = time.monotonic,
    **more: Any,
) -> AsyncGenerator[tuple[Cloud, FaultServer], None]:
    """A cloud of keyless servers on this machine."""
    async with faults() as server:
        made = Cloud(spend or Unlimited(), redact, environment={}, clock=clock)
        assert made.configure(setting(server, rows, **more)) == []
        try:
            yield made, server
        finally:
            await made.close()


async def ask(
    made: Cloud,
    seconds: float,
    *order: str,
    task: str = "complete",
    limit: int = 64,
    hedge: bool = False,
) -> tuple[list[str], Done]:
    """The texts as they were handed on, and the end."""
    texts: list[str] = []
    request = Request("return ", "\n", limit=limit, deadline=time.monotonic() + seconds)
    done = await made.run(Outside(order or ("fastest",), request, hedge=hedge), task, texts.append)
    return texts, done
