"""After a suggestion is shown: what comes after it, computed while the engine has nothing to do.

The state is the one that taking the whole suggestion leads to. Taking a part of it needs nothing computed: the rest
is still true. No line end is added, for editors add none.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from symbiote.core.answer import Suggestion
from symbiote.core.errors import ModelError
from symbiote.core.moment import Moment, Trigger
from symbiote.engine.desk import PREFETCH
from symbiote.engine.port import State
from symbiote.features.around import around, identity
from symbiote.features.flight import Flight
from symbiote.features.house import House, Window
from symbiote.features.hush import hush
from symbiote.features.typed import accepted
from symbiote.prompt.fim import fim

PAUSE = 0.2
"""Seconds after the suggestion. Keys come 150 to 250 ms apart on average (Dhakal et al., CHI 2018): who goes on typing
mostly does so within it, and who reads the suggestion takes it later."""
PATIENCE = 5.0
"""Seconds a prefetch may take. It is stopped as soon as anybody asks for anything."""


def look_ahead(house: House, window: Window, moment: Moment, shown: Suggestion) -> None:
    """Plan it; the next keystroke or ask takes it back."""
    if not window.flights.moved_on(moment.document):
        window.flights.plan(asyncio.create_task(_later(house, window, moment, shown)))


async def _later(house: House, window: Window, moment: Moment, shown: Suggestion) -> None:
    await asyncio.sleep(PAUSE)
    if await house.on_battery():
        return
    after = replace(
        accepted(moment, shown.start, shown.text),
        trigger=Trigger.AUTOMATIC,
        asked_at=time.monotonic(),
    )
    engine = house.desk.engine.status
    if engine.state is not State.READY or hush(window, after) is not None:
        return
    cut = around(engine, after)
    page = window.memory.page(after.document.uri, identity(engine))
    if cut.key in page:
        return
    try:
        pieces = fim(house.family(), cut.prefix, cut.suffix)
    except ModelError:
        return
    until = after.asked_at + PATIENCE
    what = cut.ask(pieces, until)
    lane = (window.id, PREFETCH)
    flight = Flight(house.desk, lane, after, cut.key, page, what, until)
    house.ahead.begun += 1
    flight.at_landing(lambda: _count(house, flight))
    window.flights.ahead = flight


def _count(house: House, flight: Flight) -> None:
    if flight.drawn is not None:
        tokens = flight.drawn.done.cost.tokens
        house.ahead.ended += 1
        house.ahead.evaluated += tokens.evaluated
        house.ahead.generated += tokens.generated
