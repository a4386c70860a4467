"""When the analysis is asked to look at a place: after a document was opened, after edits, where a suggestion was asked for.

Never on a keystroke's path: what happens here at a key is a note of the time and the place.
"""

from __future__ import annotations

from functools import partial

from symbiote.core.moment import Moment
from symbiote.core.text import Document, Position
from symbiote.features.collect import collect
from symbiote.features.findings import PYTHON
from symbiote.features.house import House, Window
from symbiote.features.hush import hush, hushed


def prepare(
    house: House, window: Window, document: Document | None, place: Position | None = None
) -> None:
    """Have its grammar read `document` as it is now, findings made and context gathered at the cursor's `place` or where it
    was edited, after a pause.
    """
    if document is None:
        return
    if document.uri not in window.excluded:
        window.reading.plan(document)
    if house.analysis is not None:
        may, followed = partial(_may, house, window), window.trail.get(document.uri)
        opened = followed.opened if followed and followed.opened is not document else None
        window.prepared.plan(house.analysis, window.roots, may, document, place, opened)
    if window.settings.context:
        window.pause.plan(partial(collect, house, window), document, place)


def asked(house: House, window: Window, moment: Moment) -> bool | None:
    """A suggestion is asked for: have made what belongs to this place. Returns whether that was not there yet, which is
    counted too; None where nothing belongs there, or nothing is to be suggested."""
    analysed = house.analysis is not None and moment.document.language == PYTHON
    gathers = bool(window.settings.context)
    if not analysed and not gathers:
        return None
    late = None
    if hush(window, moment) is None:
        late = (analysed and window.prepared.at(moment) is None) or (
            gathers and window.contexts.at(moment) is None
        )
        if late:
            house.context_late += 1
        else:
            house.context_ready += 1
    window.trail.visited(moment.document.uri, moment.asked_at)
    prepare(house, window, moment.document, Position(moment.line, moment.column))
    return late


async def _may(house: House, window: Window, moment: Moment) -> bool:
    """Where nothing would be suggested, nothing is prepared: not in an excluded document either."""
    return await hushed(house, window, moment) is None
