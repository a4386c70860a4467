"""One generation of a window, which may outlive the ask that began it.

While you type what it is writing, or before anybody can tell, it is not stopped: it lands, is remembered, and answers
a newer ask. "Cancel on every key" would leave an engine of 50 ms without a single answer at 30 keys a second.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from symbiote.core.errors import Superseded
from symbiote.core.moment import Moment
from symbiote.core.text import Document
from symbiote.engine.desk import PREFETCH, Lane
from symbiote.engine.port import Ask, Done
from symbiote.features.outside import Front
from symbiote.features.reuse import Drawn, Key, Page
from symbiote.features.typed import grown, plain, rewound, typed_since

FAR = 200
"""Characters typed before the engine said anything. Nobody foresees a paste."""


def as_said(raw: str, done: Done) -> str:
    return plain(raw)


class Flight:
    """Begins at once; `landing` is done when `drawn` or `fault` is set.

    `heard` counts the tokens whose text has come; `wanted` is true while the ask that began it waits. `until` is
    `time.monotonic()` in seconds; a flight that takes longer ends with `TimeoutError` as its fault. `shape` makes of a
    provider's text what an engine here would have written.
    """

    def __init__(
        self,
        desk: Front,
        lane: Lane,
        state: Moment,
        key: bytes,
        page: Page,
        ask: Ask,
        until: float,
        shape: Callable[[str, Done], str] = as_said,
    ) -> None:
        self.state = state
        self.key = key
        self.drawn: Drawn | None = None
        self.fault: BaseException | None = None
        self.wanted = lane[1] != PREFETCH
        self._ahead = not self.wanted
        self._page = page
        self._shape = shape
        self.heard = 0
        self._raw = ""
        self._typed: str | None = ""
        self.landing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._calls: list[Callable[[], None]] = []
        self.task = asyncio.create_task(self._fly(desk, lane, ask, until))
        self.task.add_done_callback(self._lands)

    @property
    def landed(self) -> bool:
        return self.landing.done()

    @property
    def said(self) -> str:
        """The text that has come so far, line ends as the engine wrote them."""
        return self._raw

    @property
    def followed(self) -> bool:
        """Whether somebody typed on since, and nothing of it contradicts what was said so far."""
        return bool(self._typed) and self._agrees(self._typed)

    def carries(self, moment: Moment, key: Key) -> bool:
        """Whether what it is writing may be the answer at `moment`: same text before, same text after."""
        if self.landed or moment.document.uri != self.state.document.uri:
            return False
        if key(moment) == self.key:
            self._typed = ""
            return True
        typed = typed_since(self.state.line, self.state.column, moment)
        if not self._agrees(typed):
            return False
        if key(rewound(moment, self.state.line, self.state.column)) != self.key:
            return False
        self._typed = typed
        return True

    def edited(self, document: Document | None) -> None:
        """Its document changed, or was closed. It is stopped if nobody waits for it and the change is not its text."""
        if not self.landed:
            self._typed = None if document is None else grown(self.state, document)
            self._turn_back()

    def leaves(self) -> None:
        """Nobody waits for it any more; it is stopped unless it is followed."""
        self.wanted = False
        if not self.followed:
            self.task.cancel()

    async def left(self) -> None:
        """As `leaves`, and waits until the engine has stopped if it does."""
        self.leaves()
        if not self.followed:
            await asyncio.wait({self.landing})

    def at_landing(self, call: Callable[[], None]) -> None:
        """Call once it has landed, at once if it has."""
        if self.landed:
            call()
        else:
            self._calls.append(call)

    async def _fly(self, desk: Front, lane: Lane, ask: Ask, until: float) -> Drawn:
        async with asyncio.timeout_at(loop_time(until)):
            done = await desk.run(lane, ask, self._hears)
        raw = plain(self._raw) if done.by is None else self._shape(self._raw, done)
        return Drawn(self.key, self.state.line, self.state.column, raw, done, self._ahead)

    def _lands(self, task: asyncio.Task[Drawn]) -> None:
        if task.cancelled():
            self.fault = Superseded()
        elif (fault := task.exception()) is not None:
            self.fault = fault
        else:
            self.drawn = task.result()
            self._page.put(self.drawn)
        self.landing.set_result(None)
        for call in self._calls:
            call()

    def _hears(self, text: str) -> None:
        self.heard += 1
        self._raw += text
        self._turn_back()

    def _turn_back(self) -> None:
        if not self.wanted and not self._agrees(self._typed):
            self.task.cancel()

    def _agrees(self, typed: str | None) -> bool:
        """Whether `typed` is the beginning of what was said, or what was said the beginning of it."""
        if typed is None or len(typed) > max(FAR, len(self._raw)):
            return False
        return self._raw.startswith(typed) or typed.startswith(self._raw)


class Flights:
    """A window's: the one its newest ask waits for, and what is computed ahead."""

    def __init__(self) -> None:
        self.now: Flight | None = None
        self.ahead: Flight | None = None
        self.asked = 0
        """Asks so far."""
        self._planned: asyncio.Task[None] | None = None
        self._newest: asyncio.Future[None] | None = None
        self._document: Document | None = None

    def newest(self) -> asyncio.Future[None]:
        """An ask comes: older ones go home. The future is done once this one has to."""
        self.asked += 1
        if self._newest is not None and not self._newest.done():
            self._newest.set_result(None)
        if self.now is not None:
            self.now.wanted = False
        self._newest = asyncio.get_running_loop().create_future()
        return self._newest

    def carrying(self, desk: Front, moment: Moment, key: Key) -> Flight | None:
        """The flight that may bring the answer at `moment`. Others are stopped."""
        ahead = self.ahead
        if ahead is not None and ahead.carries(moment, key):
            desk.promote(moment.window)
            self.ahead, self.now = None, ahead
        self.drop_ahead()
        if self.now is not None and self.now.carries(moment, key):
            return self.now
        self.drop()
        return None

    @property
    def busy(self) -> bool:
        """Whether something is being written that may be of use still."""
        return any(flight is not None and not flight.landed for flight in (self.now, self.ahead))

    async def quiet(self, seconds: float) -> None:
        """Wait, at most so long, until all that was planned to be computed ahead is done or given up."""
        if self._planned is not None and not self._planned.done():
            await asyncio.wait({self._planned}, timeout=seconds)

    def begin(self, flight: Flight) -> None:
        self.drop()
        self.now = flight
        if self.moved_on(flight.state.document):
            assert self._document is not None
            flight.edited(self._document)

    def plan(self, task: asyncio.Task[None]) -> None:
        """`task` will set `ahead` in time; it is cancelled when something else happens first."""
        self.drop_ahead()
        self._planned = task

    def edited(self, document: Document) -> None:
        """A keystroke: what was planned is off, what flies goes on only if it was foreseen."""
        self._document = document
        if self.now is not None and self.now.landed:
            self.now = None
        ahead = self.ahead
        if ahead is None or ahead.landed or ahead.state.document.uri != document.uri:
            self.drop_ahead()
        for flight in (self.now, self.ahead):
            if flight is not None and flight.state.document.uri == document.uri:
                flight.edited(document)

    def moved_on(self, document: Document) -> bool:
        """Whether the editor has a newer version of `document` already."""
        known = self._document
        return known is not None and known.uri == document.uri and known.version > document.version

    def drop(self) -> None:
        if self.now is not None:
            self.now.leaves()
            if not self.now.followed:
                self.now = None

    def drop_ahead(self) -> None:
        if self._planned is not None:
            self._planned.cancel()
        if self.ahead is not None:
            self.ahead.task.cancel()
        self._planned = self.ahead = None

    def closed(self, uri: str) -> None:
        """The document is gone; so is what nobody waits for."""
        if self._document is not None and self._document.uri == uri:
            self._document = None
        self.drop_ahead()
        if self.now is not None and self.now.state.document.uri == uri:
            self.now.edited(None)

    def leave(self) -> None:
        """The window is gone."""
        self.drop_ahead()
        if self.now is not None:
            self.now.task.cancel()


def loop_time(monotonic: float) -> float:
    """asyncio's clock for a `time.monotonic()` reading; they need not be the same clock."""
    return asyncio.get_running_loop().time() + monotonic - time.monotonic()
