"""Each test module has a daemon of its own, in a home of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from e2e.windows import stop_daemon


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """A short path, for sockets."""
    folder = Path(tempfile.mkdtemp(prefix="sy", dir="/tmp"))
    before = os.environ.get("SYMBIOTE_HOME")
    os.environ["SYMBIOTE_HOME"] = str(folder)
    try:
        yield folder
        asyncio.run(stop_daemon())
    finally:
        if before is None:
            del os.environ["SYMBIOTE_HOME"]
        else:
            os.environ["SYMBIOTE_HOME"] = before
        shutil.rmtree(folder, ignore_errors=True)
