"""From a moment to what the engine makes of it: remembered, under way already, or begun for it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace

from symbiote.core.answer import Answer, Origin, Reason, Silence
from symbiote.core.errors import ModelError, Superseded
from symbiote.core.known import NOTHING, Known
from symbiote.core.moment import Moment, Trigger
from symbiote.core.timing import Cost
from symbiote.engine.desk import COMPLETE
from symbiote.engine.port import Done, EngineStatus, State
from symbiote.features.anchor import Anchors
from symbiote.features.around import Around, around, away, identity
from symbiote.features.begin import wanted
from symbiote.features.flight import Flight, loop_time
from symbiote.features.gate import Gate, gate, under
from symbiote.features.house import Asked, House, Longer, Window
from symbiote.features.outside import instead, order
from symbiote.features.reuse import Found, Page, still
from symbiote.finish.half_line import half_line

RETURN = 0.03
"""Seconds kept back so that what the engine has at its deadline arrives before ours."""


@dataclass(slots=True)
class Running:
    """One ask on its way. `state` is its moment once the selected entry is taken, `own` the flight it began.

    `longer` is the suggestion that was shown right before and has become longer since: the same answer, if asked again.
    `late` says whether what is prepared for its line was not there yet (`prepare.py`).
    `order` is who may be asked elsewhere.
    """

    house: House
    window: Window
    moment: Moment
    cost: Cost
    id: str
    engine: EngineStatus
    own: Flight | None = None
    found: Found | None = None
    longer: Longer | None = None
    held: float = 0.0
    known: Known = NOTHING
    late: bool | None = None
    order: tuple[str, ...] = ()
    state: Moment = field(init=False)
    page: Page = field(init=False)
    _here: Around | None = None
    _gate: Gate | None = None

    def __post_init__(self) -> None:
        self.state = self.moment
        self.page = Page()

    def silence(self, reason: Reason, detail: str = "") -> Silence:
        return Silence(self.id, reason, detail, self.engine.name, self.engine.model, self.cost)

    def kept(self, answer: Answer) -> Asked:
        """What "Why nothing?" is told from, all of it by reference."""
        at = self.moment
        asked = (at.document.language, at.trigger.value, at.line - at.document.above, at.column)
        passed = self.gate if self.found is not None else None
        return Asked(
            *asked,
            answer,
            self.engine,
            at,
            self._here,
            self.found,
            self.own,
            gate=passed,
            held=self.held,
            known=self.known,
        )

    @property
    def here(self) -> Around:
        """What the engine reads at `state`; `state` and `engine` must be settled."""
        self._here = self._here or self._reads(self.state)
        return self._here

    @property
    def gate(self) -> Gate:
        """What an answer at `state` has to pass if nobody asked by hand; `engine` must be settled."""
        self._gate = self._gate or gate(self.house, self.window, self.engine, self.state)
        return self._gate

    def by(self, engine: EngineStatus) -> None:
        """It was answered by another engine than was to be asked."""
        if engine != self.engine:
            self.engine, self._gate = engine, None

    def turn(self, moment: Moment) -> None:
        """It is for `moment` instead, the same one with another context."""
        self.moment, self._here = moment, None
        self.state = replace(self.state, context=moment.context)
        self._gate = None

    def key(self, moment: Moment) -> bytes:
        return self.here.key if moment is self.state else self._reads(moment).key

    def begin(self) -> Around:
        """What the engine is to read now that nothing it said holds."""
        found = None if away(self.engine) else anchors(self.house, self.window, self.state)
        if found is not None:
            engine = under(self.house, self.window, self.engine, self.state)
            self._here = found.begin(engine, self.state)
        return self.here

    def _reads(self, moment: Moment) -> Around:
        return reads(self.house, self.window, self.engine, moment)

    @property
    def deadline(self) -> float:
        return self.moment.asked_at + self.window.settings.deadline_ms / 1000


def anchors(house: House, window: Window, moment: Moment) -> Anchors | None:
    """Those of the moment's document, for models that need them."""
    try:
        psm = house.family().psm
    except ModelError:
        return None
    return window.anchored.of(moment.document.uri) if psm and moment.selected is None else None


def reads(house: House, window: Window, engine: EngineStatus, moment: Moment) -> Around:
    """What the engine reads at `moment`."""
    found = None if away(engine) else anchors(house, window, moment)
    engine = under(house, window, engine, moment)
    return found.read(engine, moment) if found else around(engine, moment)


async def ready(ask: Running) -> Silence | None:
    """Wait for a model that is loading as long as the deadline allows, unless somebody else answers."""
    local = ask.house.desk.engine.status
    ask.order = order(ask.house, ask.window, COMPLETE)
    if (elsewhere := instead(ask.house, COMPLETE, ask.order, local)) is not None:
        ask.engine = elsewhere
        return None
    changed = asyncio.Event()
    stop_watching = ask.house.watch(changed.set)
    try:
        async with asyncio.timeout_at(loop_time(ask.deadline)):
            while ask.house.desk.engine.status.state in (State.STARTING, State.LOADING):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return ask.silence(Reason.LOADING)
    finally:
        stop_watching()
    ask.engine = ask.house.desk.engine.status
    ask.cost.timing.wait = since(ask.moment.asked_at)
    if ask.engine.state is State.OFF:
        return ask.silence(Reason.NO_MODEL, ask.engine.reason)
    return None


def remembered(ask: Running) -> Found | None:
    """What was answered before and is still true."""
    found = ask.page.find(ask.state, ask.key)
    return found if found is not None and _tells(ask, found) else None


def known(ask: Running) -> Found | None:
    """What is remembered; where nothing is, the ask goes over to the context gathered since, and looks again.

    Not while a flight is under way, which may bring the answer to what it was asked.
    """
    found, contexts = remembered(ask), ask.window.contexts
    if found is None and not ask.window.flights.busy:
        moment = contexts.turn(ask.moment)
        if moment is not None:
            ask.turn(moment)
            return remembered(ask)
    contexts.stays(ask.moment)
    return found


def _tells(ask: Running, found: Found) -> bool:
    """Whether what was found settles the matter: of an answer too unsure as a whole the rest may be surer, and of one that
    was cut off nothing whole may be left.
    """
    if not found.typed:
        return True
    if found.drawn.cut and isinstance(half_line(found.rest, ask.state), Reason):
        return False
    return not unsure(ask, found.drawn.done)


def unsure(ask: Running, done: Done) -> bool:
    """Whether an answer is better not shown. Who asks by hand is told all the same."""
    return ask.moment.trigger is Trigger.AUTOMATIC and done.confidence < ask.gate.show


async def generated(ask: Running, newest: asyncio.Future[None]) -> Found:
    """From the flight that is under way if it brings the answer, else from one of our own."""
    flights = ask.window.flights
    under_way = flights.carrying(ask.house.desk, ask.state, ask.key)
    if under_way is not None:
        came = time.monotonic()
        found = await _joined(ask, under_way, newest)
        ask.cost.timing.queue = since(came)
        if found is not None:
            return found
    await _held(ask, newest)
    ask.own = _begun(ask)
    flights.begin(ask.own)
    await _landing(ask.own, newest)
    if ask.own.drawn is None:
        assert ask.own.fault is not None
        raise ask.own.fault
    _charge(ask, ask.own.drawn.done)
    return Found(ask.own.drawn, "", Origin.COMPUTED)


async def _held(ask: Running, newest: asyncio.Future[None]) -> None:
    """Wait for a pause where a key will likely come sooner than the answer. Raises `Superseded` when an ask comes first."""
    if ask.moment.trigger is not Trigger.AUTOMATIC:
        return
    now, engine = time.monotonic(), ask.house.engine_time.median
    seconds = ask.window.rhythm.hold(now, engine, ask.deadline - now)
    if seconds <= 0:
        return
    try:
        await asyncio.wait({newest}, timeout=seconds)
    finally:
        ask.held = since(now)
        ask.cost.timing.wait += ask.held
    if newest.done():
        raise Superseded


async def _joined(ask: Running, flight: Flight, newest: asyncio.Future[None]) -> Found | None:
    """What a flight somebody else began brings for this ask, if it does."""
    await _landing(flight, newest)
    found = remembered(ask)
    drawn = flight.drawn
    if found is None and drawn is not None and not drawn.lasting:
        typed = still(drawn, ask.state, ask.key)
        if typed:
            partly = Found(drawn, typed, Origin.TYPED_THROUGH)
            return partly if _tells(ask, partly) else None
    return found


async def _landing(flight: Flight, newest: asyncio.Future[None]) -> None:
    """Wait for `flight`. Raises `Superseded` when a newer ask comes first."""
    try:
        await asyncio.wait({flight.landing, newest}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        if not newest.done():  # else it is the newer ask's to keep or to stop
            await flight.left()
        raise
    if not flight.landed:
        raise Superseded


def _begun(ask: Running) -> Flight:
    """Raises `ModelError` for a model that cannot fill in, where nobody else may answer."""
    started, cut = time.monotonic(), ask.begin()
    what, shape = wanted(ask, cut, ask.deadline - RETURN)
    ask.cost.timing.prompt = since(started)
    lane, state = (ask.window.id, COMPLETE), ask.state
    flight = Flight(ask.house.desk, lane, state, cut.key, ask.page, what, ask.deadline, shape)
    ask.window.rhythm.began()
    flight.at_landing(lambda: _time(ask, flight))
    return flight


def _time(ask: Running, flight: Flight) -> None:
    """Of whom the ask was for: an answer that somebody else had to give says nothing of that."""
    if flight.drawn is not None and (flight.drawn.done.by is not None) == away(ask.engine):
        took = flight.drawn.done.cost.timing
        seconds = (took.prefill + took.decode) / 1000
        ask.house.engine_time.note(identity(ask.engine), seconds)


def _charge(ask: Running, done: Done) -> None:
    timing = done.cost.timing
    queue = ask.cost.timing.queue + timing.queue
    ask.cost.tokens = done.cost.tokens
    ask.cost.timing = replace(
        ask.cost.timing, queue=queue, prefill=timing.prefill, decode=timing.decode
    )


def since(started: float) -> float:
    """Milliseconds from a reading of `time.monotonic()`."""
    return (time.monotonic() - started) * 1000
