"""How the tests ask, and what must not be told to anybody."""

from __future__ import annotations

import time
import traceback

import pytest

from e2e.remote.conftest import CANARY, SECRET, Made, everything
from symbiote.engine.remote.errors import Fault
from symbiote.engine.remote.request import Request

PATIENT, SHORT = 20.0, 0.3
"""Seconds: rows that answer at once end long before the first, rows that never do end at the second."""
GRACE = 5.0
"""Seconds a busy machine may add to a deadline."""


def ask(seconds: float = PATIENT, stop: tuple[str, ...] = (), limit: int = 64) -> Request:
    deadline = time.monotonic() + seconds
    return Request(f"# {CANARY}\nreturn ", "\n", limit=limit, stop=stop, deadline=deadline)


async def fault_of(made: Made, url: str, request: Request) -> Fault:
    async with made(url) as provider:
        with pytest.raises(Fault) as caught:
            await everything(provider.stream(request))
        return caught.value


def check_secret(caplog: pytest.LogCaptureFixture, fault: Fault) -> None:
    told = str(fault) + repr(fault) + "".join(traceback.format_exception(fault)) + caplog.text
    assert SECRET not in told
    assert CANARY not in told
