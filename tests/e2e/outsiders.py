"""Windows whose answers come from a server of the user's own, which is the fault server."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncGenerator
from typing import Any

from e2e.fault_server import FaultServer
from e2e.windows import FAKE, URI, VS_CODE, Window, spawn

BUILD = {"complete": "build", "rewrite": "build", "localOnly": False}
ABSENT = "absent"
"""A model the real daemon does not have."""
LATE = 5_000
"""Milliseconds for a completion: no answer here hangs on the speed of the machine."""


def own(server: FaultServer, *rows: str, **more: Any) -> dict[str, Any]:
    """The setting that turns on a server of the user's own for each row, named like it."""
    entry = {"kind": "openai", "complete": "m", "rewrite": "m", "key": False} | more
    return {row.replace("_", "-"): {"baseUrl": server.url(row), **entry} for row in rows}


@contextlib.asynccontextmanager
async def window(
    providers: dict[str, Any],
    model: str = "off",
    mode: dict[str, Any] | None = BUILD,
    command: tuple[str, ...] = FAKE,
) -> AsyncGenerator[Window, None]:
    """A window without a model of its own, unless one is named."""
    made = Window(await spawn(command))
    settings = {"model": model, "providers": providers, "deadlineMs": LATE, "logLevel": "debug"}
    made.agreed = await made.client.initialize(settings, VS_CODE, mode=mode)
    try:
        await made.until(
            lambda told: told["state"] == ("off" if model in ("off", ABSENT) else "ready")
        )
        yield made
    finally:
        with contextlib.suppress(ProcessLookupError):
            made.process.kill()
        await made.process.wait()
        await made.client.close()


async def complete(one: Window, text: str = "def add(a, ü):\n    ", uri: str = URI) -> Any:
    await one.type(text, uri)
    lines = text.split("\n")
    place = {"line": len(lines) - 1, "character": len(lines[-1])}
    asked = {"textDocument": {"uri": uri}, "position": place, "explain": True}
    return await one.client.request("symbiote/complete", asked)
