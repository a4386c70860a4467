"""When the analysis is asked to look at a place: after a document was opened, after edits, where a suggestion was asked for.

Never on a keystroke's path: what happens here at a key is a note of the time and the place.
"""

from __future__ import annotations

from functools import partial

from symbiote.core.moment import Moment
from symbiote.core.text import Document, Position
from symbiote.features.findings import PYTHON
from symbiote.features.house import House, Window
from symbiote.features.hush import hush, hushed


def prepare(
    house: House, window: Window, document: Document | None, place: Position | None = None
) -> None:
    """Have its grammar read `document` as it is now, and findings made at the cursor's `place` or where it was edited,
    after a pause.
    """
    if document is not None and document.uri not in window.excluded:
        window.reading.plan(document)
    if house.analysis is not None and document is not None:
        window.prepared.plan(
            house.analysis, window.roots, partial(_may, house, window), document, place
        )


def asked(house: House, window: Window, moment: Moment) -> None:
    """A suggestion is asked for: count whether findings were there, and have them made for this place."""
    if house.analysis is None or moment.document.language != PYTHON:
        return
    if hush(window, moment) is None:
        if window.prepared.at(moment) is None:
            house.context_late += 1
        else:
            house.context_ready += 1
    prepare(house, window, moment.document, Position(moment.line, moment.column))


async def _may(house: House, window: Window, moment: Moment) -> bool:
    """Where nothing would be suggested, nothing is prepared: not in an excluded document either."""
    return await hushed(house, window, moment) is None
