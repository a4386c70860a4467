"""The first word at once, the last word always, not more often than agreed."""

from __future__ import annotations

import asyncio

from symbiote.wire.pace import Pace


def test_pace() -> None:
    async def run() -> list[int]:
        said: list[int] = []
        now = 0

        def act() -> None:
            said.append(now)

        pace = Pace(act, 0.05)
        for now in range(10):  # noqa: B007  read by act
            pace.touch()
        assert said == [0]
        await asyncio.sleep(0.1)
        assert said == [0, 9]
        await asyncio.sleep(0.1)
        pace.touch()
        pace.touch()
        pace.stop()
        await asyncio.sleep(0.1)
        pace.touch()
        return said

    assert asyncio.run(run()) == [0, 9, 9]
