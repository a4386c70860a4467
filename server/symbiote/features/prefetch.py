"""After a suggestion is shown: what comes after it, computed while the engine has nothing to do.

At once, and only where it begins a block, the block's other lines (see `extend.py`). After a pause the state that
taking the whole suggestion leads to. Taking a part of it needs nothing computed: the rest is still true. No line end
is added there, for editors add none. Later on, what stands behind an anchor is read anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.moment import Moment
from symbiote.engine.desk import COMPLETE, PREFETCH
from symbiote.engine.port import Done, End, State
from symbiote.features.around import identity
from symbiote.features.draw import anchors, reads
from symbiote.features.extend import First, extend
from symbiote.features.flight import Flight
from symbiote.features.gate import under
from symbiote.features.house import House, Window
from symbiote.features.hush import excluded, hushed
from symbiote.features.outside import policy
from symbiote.features.reuse import Drawn
from symbiote.features.typed import accepted

PAUSE = 0.2
"""Seconds after the suggestion. Keys come 150 to 250 ms apart on average (Dhakal et al., CHI 2018): who goes on typing
mostly does so within it, and who reads the suggestion takes it later."""
IDLE = 1.0
"""Seconds without a key. Who has typed nothing for that long reads or thinks."""
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

    if not policy(house, window, COMPLETE).first_line:
        await extend(window, first, reads(house, window, first.engine, first.state).key, compute)
    await asyncio.sleep(PAUSE)
    after = accepted(first.state, first.shown.start, first.shown.text)
    now = time.monotonic()
    flight = await _ahead(house, window, replace(after, asked_at=now), now + PATIENCE)
    if isinstance(flight, Flight):
        await asyncio.wait({flight.landing})
    await asyncio.sleep(IDLE - PAUSE)
    if not window.flights.moved_on(first.state.document):
        await _settle(house, window, first.state)


async def _ahead(
    house: House, window: Window, state: Moment, until: float
) -> Drawn | Flight | None:
    """What is known of `state`, else a flight that finds out; None where nobody should."""
    if await house.on_battery() or await hushed(house, window, state) is not None:
        return None
    engine = house.desk.engine.status
    if engine.state is not State.READY:
        return None
    cut = reads(house, window, engine, state)
    page = window.memory.page(state.document.uri, identity(engine))
    if (drawn := page.get(cut.key)) is not None:
        return drawn
    try:
        family = house.family()
    except ModelError:
        return None
    if (known := anchors(house, window, state)) is not None:
        cut = known.begin(under(house, window, engine, state), state)
    what = cut.ask(cut.prompt(family), until)
    lane = (window.id, PREFETCH)
    flight = Flight(house.desk, lane, state, cut.key, page, what, until)
    house.ahead.begun += 1
    flight.at_landing(lambda: count(house, flight.drawn.done if flight.drawn else None))
    window.flights.ahead = flight
    return flight


async def _settle(house: House, window: Window, moment: Moment) -> None:
    """Read the prompt with a new anchor, and from then on typing goes on from there.

    The suffix is read while nobody waits, and not in the middle of a line when there is no room left behind the old one.
    """
    engine, known = house.desk.engine.status, anchors(house, window, moment)
    if engine.state is not State.READY or known is None or await house.on_battery():
        return
    if await excluded(house, window, moment.document.uri) is not None:
        return
    cut = known.ahead(engine, moment)
    if cut is None:
        return
    ask = cut.ask(cut.prompt(house.family()), time.monotonic() + PATIENCE)
    house.ahead.begun += 1
    with contextlib.suppress(Superseded, EngineGone, AskRefused):
        lane = (window.id, PREFETCH)
        done = await house.desk.run(lane, replace(ask, limit=0, lines=0), lambda _: None)
        count(house, done)
        if done.end is not End.DEADLINE:
            known.move(engine, moment)


def count(house: House, done: Done | None) -> None:
    """What was computed ahead, once it has ended."""
    if done is not None:
        tokens = done.cost.tokens
        house.ahead.ended += 1
        house.ahead.evaluated += tokens.evaluated
        house.ahead.generated += tokens.generated
