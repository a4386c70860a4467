"""Events over the socket: answered once they are kept, and known again after the daemon was killed."""

from __future__ import annotations

import os
import signal
import sqlite3
from typing import Any

import pytest

from e2e.windows import windows
from symbiote.core import paths

pytestmark = pytest.mark.asyncio


def message(*uids: str) -> dict[str, Any]:
    return {"events": [{"uid": uid, "kind": "focus_lost", "agoMs": 5.0} for uid in uids]}


def kept() -> list[str]:
    base = sqlite3.connect(paths.ledger())
    found = [uid for (uid,) in base.execute("SELECT uid FROM events WHERE uid IS NOT NULL")]
    base.close()
    return found


async def test_acknowledged_events_outlive_a_kill() -> None:
    async with windows(1) as [one]:
        said = await one.client.request("symbiote/events", message("a", "b", "a"))
        assert said == {"kept": ["a", "b"], "refused": []}
        os.kill((await one.state())["daemon"]["pid"], signal.SIGKILL)
    assert sorted(kept()) == ["a", "b"]
    async with windows(1) as [one]:
        said = await one.client.request("symbiote/events", message("b", "c"))
        assert said == {"kept": ["b", "c"], "refused": []}
    assert sorted(kept()) == ["a", "b", "c"]
