"""After a suggestion is shown: what comes after it, computed while the engine has nothing to do.

At once, and only where it begins a block, the block's other lines (see `extend.py`). After a pause the state that
taking the whole suggestion leads to. Taking a part of it needs nothing computed: the rest is still true. No line end
is added there, for editors add none.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

from symbiote.core.errors import ModelError
from symbiote.core.moment import Moment
from symbiote.engine.desk import PREFETCH
from symbiote.engine.port import State
from symbiote.features.around import around, identity
from symbiote.features.extend import First, extend
from symbiote.features.flight import Flight
from symbiote.features.house import House, Window
from symbiote.features.hush import hush
from symbiote.features.reuse import Drawn
from symbiote.features.typed import accepted
from symbiote.prompt.fim import fim

PAUSE = 0.2
"""Seconds after the suggestion. Keys come 150 to 250 ms apart on average (Dhakal et al., CHI 2018): who goes on typing
mostly does so within it, and who reads the suggestion takes it later."""
PATIENCE = 5.0
"""Seconds a prefetch may take. It is stopped as soon as anybody asks for anything."""


def look_ahead(house: House, window: Window, first: First) -> None:
    """Plan it; the next keystroke or ask takes it back."""
    if not window.flights.moved_on(first.state.document):
        window.flights.plan(asyncio.create_task(_later(house, window, first)))


async def _later(house: House, window: Window, first: First) -> None:
    async def compute(state: Moment, until: float) -> Drawn | None:
        if identity(house.desk.engine.status) != identity(first.engine):
            return None
        found = await _ahead(house, window, state, until)
        if isinstance(found, Flight):
            await asyncio.wait({found.landing})
            return found.drawn
        return found

    await extend(window, first, compute)
    await asyncio.sleep(PAUSE)
    after = accepted(first.state, first.shown.start, first.shown.text)
    now = time.monotonic()
    await _ahead(house, window, replace(after, asked_at=now), now + PATIENCE)


async def _ahead(
    house: House, window: Window, state: Moment, until: float
) -> Drawn | Flight | None:
    """What is known of `state`, else a flight that finds out; None where nobody should."""
    if await house.on_battery():
        return None
    engine = house.desk.engine.status
    if engine.state is not State.READY or hush(window, state) is not None:
        return None
    cut = around(engine, state)
    page = window.memory.page(state.document.uri, identity(engine))
    if (known := page.get(cut.key)) is not None:
        return known
    try:
        pieces = fim(house.family(), cut.prefix, cut.suffix)
    except ModelError:
        return None
    what = cut.ask(pieces, until)
    lane = (window.id, PREFETCH)
    flight = Flight(house.desk, lane, state, cut.key, page, what, until)
    house.ahead.begun += 1
    flight.at_landing(lambda: _count(house, flight))
    window.flights.ahead = flight
    return flight


def _count(house: House, flight: Flight) -> None:
    if flight.drawn is not None:
        tokens = flight.drawn.done.cost.tokens
        house.ahead.ended += 1
        house.ahead.evaluated += tokens.evaluated
        house.ahead.generated += tokens.generated
