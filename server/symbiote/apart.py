"""A daemon apart: in a home of its own, so that the open windows keep theirs. Part of the composition root."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from typing import Any

PATIENT = 5.0
"""Seconds for a running daemon to answer a question about itself."""


@contextlib.contextmanager
def apart() -> Iterator[str]:
    """Everything under a temporary SYMBIOTE_HOME, whose path is given; its daemon ends with it."""
    before = os.environ.get("SYMBIOTE_HOME")
    with tempfile.TemporaryDirectory(prefix="sym-", ignore_cleanup_errors=True) as home:
        os.environ["SYMBIOTE_HOME"] = home
        try:
            yield home
        finally:
            asyncio.run(ask_running("symbiote/stop"))
            os.environ.pop("SYMBIOTE_HOME")
            if before is not None:
                os.environ["SYMBIOTE_HOME"] = before


async def ask_running(method: str) -> Any:
    """Ask the daemon if there is one; None otherwise. Never starts one."""
    from symbiote.wire.client import client

    try:
        async with client(command=None) as window:
            return await window.request(method, timeout=PATIENT)
    except (FileNotFoundError, ConnectionRefusedError):
        return None
