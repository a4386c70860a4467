"""After a suggestion is shown: what comes after it, computed while the engine has nothing to do.

The state is the one that taking the whole suggestion leads to. Taking a part of it needs nothing computed: the rest
is still true. No line end is added, for editors add none. Later on, what stands behind an anchor is read anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from symbiote.core.answer import Suggestion
from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.moment import Moment
from symbiote.engine.desk import PREFETCH
from symbiote.engine.port import Done, End, State
from symbiote.features.around import around, identity
from symbiote.features.draw import anchors
from symbiote.features.flight import Flight
from symbiote.features.house import House, Window
from symbiote.features.hush import hush
from symbiote.features.typed import accepted, settled

PAUSE = 0.2
"""Seconds after the suggestion. Keys come 150 to 250 ms apart on average (Dhakal et al., CHI 2018): who goes on typing
mostly does so within it, and who reads the suggestion takes it later."""
IDLE = 1.0
"""Seconds without a key. Who has typed nothing for that long reads or thinks."""
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
    flight = _foresee(house, window, moment, shown)
    if flight is not None:
        await asyncio.wait({flight.landing})
    await asyncio.sleep(IDLE - PAUSE)
    if not window.flights.moved_on(moment.document):
        await _settle(house, window, settled(moment))


def _foresee(house: House, window: Window, moment: Moment, shown: Suggestion) -> Flight | None:
    """Begin with the answer after `shown`, unless it is known or nobody will ask for it."""
    after = replace(accepted(moment, shown.start, shown.text), asked_at=time.monotonic())
    engine = house.desk.engine.status
    if engine.state is not State.READY or hush(window, after) is not None:
        return None
    known = anchors(house, window, after)
    cut = known.read(engine, after) if known else around(engine, after)
    page = window.memory.page(after.document.uri, identity(engine))
    if cut.key in page:
        return None
    try:
        family = house.family()
    except ModelError:
        return None
    cut = known.begin(engine, after) if known else cut
    until = after.asked_at + PATIENCE
    what = cut.ask(cut.prompt(family), until)
    lane = (window.id, PREFETCH)
    flight = Flight(house.desk, lane, after, cut.key, page, what, until)
    house.ahead.begun += 1
    flight.at_landing(lambda: _count(house, flight.drawn.done if flight.drawn else None))
    window.flights.ahead = flight
    return flight


async def _settle(house: House, window: Window, moment: Moment) -> None:
    """Read the prompt with a new anchor, and from then on typing goes on from there.

    The suffix is read while nobody waits, and not in the middle of a line when there is no room left behind the old one.
    """
    engine, known = house.desk.engine.status, anchors(house, window, moment)
    if engine.state is not State.READY or known is None:
        return
    cut = known.ahead(engine, moment)
    if cut is None:
        return
    ask = cut.ask(cut.prompt(house.family()), time.monotonic() + PATIENCE)
    house.ahead.begun += 1
    with contextlib.suppress(Superseded, EngineGone, AskRefused):
        lane = (window.id, PREFETCH)
        done = await house.desk.run(lane, replace(ask, limit=0, lines=0), lambda _: None)
        _count(house, done)
        if done.end is not End.DEADLINE:
            known.move(engine, moment)


def _count(house: House, done: Done | None) -> None:
    if done is not None:
        tokens = done.cost.tokens
        house.ahead.ended += 1
        house.ahead.evaluated += tokens.evaluated
        house.ahead.generated += tokens.generated
