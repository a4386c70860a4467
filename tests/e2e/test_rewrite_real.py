"""Rewrites through the real daemon and the real engine, with the embedded models."""

from __future__ import annotations

import asyncio
from typing import Any

from e2e.rewrites import Shown
from e2e.windows import REAL, VS_CODE, windows


def test_the_real_engine_streams_into_a_document_that_is_whole_at_every_moment() -> None:
    """The embedded model follows no instruction; what it writes is told, applied and counted all the same."""

    async def run() -> None:
        settings: dict[str, Any] = {"model": "embedded"}
        async with windows(1, REAL, (VS_CODE,), settings) as (window,):
            shown = Shown(window)
            _, answer = shown.ask(3, 7, "add a docstring")
            seen = [shown.text]
            while not answer.done():
                if shown.take():
                    seen.append(shown.text)
                await asyncio.sleep(0.002)
            ended = await shown.rewritten(answer)
            assert ended["model"] == "embedded"
            assert ended["tokens"]["generated"] > 0
            for text in (*seen, shown.text):
                assert text.startswith("import os\n\n\n")
                assert text.endswith("\n\n\ndef second(a):\n    return a\n")
            if ended["text"] is not None:
                assert ended["text"] in shown.text
                assert ended["firstTextMs"] > 0
            found = await window.client.request("symbiote/intentions", {})
            assert "embedded completes code" in found["problem"]
            assert found["buttons"][0]["command"] == "workbench.action.openSettings"

    asyncio.run(run())
