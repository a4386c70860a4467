"""Context for a place, once its user pauses: gathered, kept for the next line, and read ahead by the engine."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import replace

from symbiote.core.errors import AskRefused, EngineGone, ModelError, Superseded
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import Document, Position
from symbiote.engine.desk import PREFETCH
from symbiote.engine.port import End, State
from symbiote.features.draw import reads
from symbiote.features.findings import edited_at
from symbiote.features.gathering import gathered
from symbiote.features.house import House, Window
from symbiote.features.hush import hushed
from symbiote.features.prefetch import PATIENCE, count

FINDINGS, LATE = 0.7, 3.0
"""Seconds to wait for the analysis before anything is gathered, and afterwards."""


async def collect(house: House, window: Window, document: Document, at: Position | None) -> None:
    """At the cursor's place `at`, or where `document` was edited last.

    Where the analysis takes its time, a second time with what it found.
    """
    followed = window.trail.get(document.uri)
    if followed is None:
        return
    before = window.contexts.seen.get(document.uri, followed.opened)
    at = at or edited_at(before if before is not document else None, document)
    moment = Moment(document, at.line, at.character, window.id, Trigger.INVOKED, time.monotonic())
    if await hushed(house, window, moment) is not None:
        return
    await window.prepared.settled(FINDINGS)
    late = window.prepared.busy
    await _once(house, window, moment)
    if late:
        await window.prepared.settled(LATE)
        await _once(house, window, moment)


async def _once(house: House, window: Window, moment: Moment) -> None:
    if window.pause.overtaken:
        return
    settings, uri = window.settings, moment.document.uri
    context = await gathered(house, window, moment)
    if uri not in window.trail:
        window.contexts.forget(uri)
    if context is None or uri not in window.trail or window.settings is not settings:
        return
    window.contexts.put(moment.document, moment.line, context)
    house.gathered += 1
    if window.contexts.settled(uri):
        return
    await window.flights.quiet(PATIENCE)
    followed = window.trail.get(uri)
    if window.pause.overtaken or followed is None:
        return
    if followed.now.version != moment.document.version:  # a cell is not the document it is read in
        return
    state = replace(moment, trigger=Trigger.AUTOMATIC, context=context)
    window.flights.plan(asyncio.create_task(_read(house, window, state)))


async def _read(house: House, window: Window, moment: Moment) -> None:
    """Have the engine read the new prompt: begun when nothing else is computed ahead, and taken back by the next key."""
    engine = house.desk.engine.status
    if engine.state is not State.READY or await house.on_battery():
        return
    cut = reads(house, window, engine, moment)
    try:
        ask = cut.ask(cut.prompt(house.family()), time.monotonic() + PATIENCE)
    except ModelError:
        return
    house.ahead.begun += 1
    with contextlib.suppress(Superseded, EngineGone, AskRefused):
        lane = (window.id, PREFETCH)
        done = await house.desk.run(lane, replace(ask, limit=0, lines=0), lambda _: None)
        count(house, done)
        if done.end is not End.DEADLINE:
            window.contexts.was_read(moment.document.uri, moment.context)
