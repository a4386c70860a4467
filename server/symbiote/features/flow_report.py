"""The report of a flow session, read from what is on the disk."""

from __future__ import annotations

import asyncio

from symbiote.features.house import House
from symbiote.metrics.export.session import markdown
from symbiote.metrics.flow import report
from symbiote.metrics.reading import reading


async def told(house: House, session: str) -> tuple[str, str, str]:
    """A session's id, a title and Markdown; the last one's with "". Raises `UserError` where there is none."""
    return await asyncio.to_thread(_told, house, session)


def _told(house: House, session: str) -> tuple[str, str, str]:
    house.ledger.flush()
    with reading(house.ledger.path) as base:
        found = report(base, session)
    return found["session"], f"Flow: {found['feature']}", markdown(found)
