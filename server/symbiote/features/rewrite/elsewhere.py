"""Texts of other files for a rewrite's prompt: those that were gathered for the document while somebody worked in it."""

from __future__ import annotations

from symbiote.core.chunk import Chunk
from symbiote.core.credential import secrets
from symbiote.core.moment import Moment
from symbiote.core.settings import SOURCES
from symbiote.features.house import House, Window
from symbiote.features.hush import quotable

CHARACTERS = 3_000
"""Of all of them together: what is closer says more."""
ALREADY = "diagnostics"
"""The source whose text a rewrite has in another place."""


async def elsewhere(house: House, window: Window, moment: Moment) -> tuple[str, ...]:
    """The likeliest last; only what the settings let into prompts, holds no secret, and may be read by a model now."""
    context = window.contexts.of(moment.document.uri)
    found = {chunk.plain: chunk for chunk in (*context.lookup, *context.prompt)}
    taken: list[str] = []
    left = CHARACTERS
    for chunk in reversed(found.values()):
        if len(chunk.plain) > left or not await _may(house, window, moment, chunk):
            continue
        left -= len(chunk.plain)
        taken.insert(0, f"{chunk.path}:\n{chunk.plain}" if chunk.path else chunk.plain)
    return tuple(taken)


async def _may(house: House, window: Window, moment: Moment, chunk: Chunk) -> bool:
    if any(secrets(chunk.plain, code=True)) or any(secrets(chunk.plain, code=False)):
        return False
    if chunk.source == ALREADY or not window.settings.prompts(chunk.source, SOURCES):
        return False
    for uri in chunk.files - {moment.document.uri}:
        if not await quotable(house, window, uri, window.trail.__contains__):
            return False
    return True
