"""A document that is closed while it is found out whether it may be looked at."""

from __future__ import annotations

import asyncio
from pathlib import Path

from symbiote.core.text import opened
from symbiote.features.follow import closed, leave
from symbiote.features.house import Window
from symbiote.features.pause import PAUSE
from symbiote.features.prepare import prepare
from unit.clock import run
from unit.doubles import FakeEngine, house
from unit.editor import URI
from unit.features.test_prepare import FakeAnalysis


def test_it_is_not_looked_at(tmp_path: Path) -> None:
    async def slow(uri: str, roots: tuple[str, ...]) -> str | None:
        await asyncio.sleep(1)
        return None

    async def scene() -> None:
        home, window, analysis = house(tmp_path, FakeEngine()), Window("w"), FakeAnalysis()
        home.analysis, home.why_excluded = analysis, slow  # type: ignore[assignment]
        prepare(home, window, opened(URI, "python", 1, "x"))
        await asyncio.sleep(PAUSE + 0.5)
        closed(window, URI)
        await asyncio.sleep(2)
        assert analysis.asked == []
        assert window.prepared.newest(URI) is None
        leave(home, window)
        home.ledger.close()

    run(scene())
