"""What happens to documents and windows beside asks: what was computed for them is kept, stopped or forgotten."""

from __future__ import annotations

import time

from symbiote.core.chunk import NOTHING
from symbiote.core.text import Document
from symbiote.features.flow import typed
from symbiote.features.house import House, Window
from symbiote.features.outcome import learn, settle, worked
from symbiote.features.outside import Route, forget_keys, wake


def edited(house: House, window: Window, uri: str, document: Document | None) -> None:
    """A document is now as given; None when it is no longer known."""
    if document is None:
        closed(window, uri)
    else:
        now = time.monotonic()
        streams = window.rewrites.streams(uri)
        # What is opened is no key, a notebook opens a hundred cells at once; nor is what a rewrite puts in.
        if uri in window.trail and not streams:
            window.rhythm.key(now)
            typed(house)
        window.work.touch(window)
        settle(house, window, window.watch.edited(document, now))
        worked(house, window, window.minutes.edited(document.own, by_hand=not streams))
        window.flights.edited(document)
        for proof in window.rejected.edited(document, now):
            learn(house, window, proof, accepted=False)
        window.trail.edited(document.own, now)
        window.rewrites.edited(document.own)
        wake(house, window)


def closed(window: Window, uri: str) -> None:
    """Answers for it are forgotten, and its text; those still under way are remembered nowhere."""
    window.memory.forget(uri)
    window.facts.pop(uri, None)
    window.anchored.forget(uri)
    window.flights.closed(uri)
    window.excluded.pop(uri, None)
    window.prepared.forget(uri)
    window.trail.forget(uri)
    window.contexts.forget(uri)
    window.pause.forget(uri)
    window.reading.forget(uri)
    window.rejected.forget(uri)
    window.rewrites.closed(uri)
    window.watch.closed(uri)
    window.minutes.closed(uri)
    window.retention.closed(uri)
    last = window.last
    if last is not None and last.moment is not None:
        contexts = (last.moment.context, last.read.context if last.read else NOTHING)
        if last.moment.document.uri == uri or any(one.quotes(uri) for one in contexts):
            window.last = last.without_text()


def forget(window: Window) -> None:
    """Other settings: every answer is computed anew."""
    window.memory.clear()
    window.longer = None
    window.by_hand = None
    window.rejected.forget()
    window.contexts.clear()
    window.flights.drop_ahead()


def rerouted(house: House, window: Window, route: Route) -> None:
    """Others may answer from now on. Where nothing may leave this machine any more, what is under way ends at once."""
    before, window.route = window.route, route
    window.policies.clear()
    if before != route:
        forget(window)
    if route.local_only and not before.local_only:
        house.desk.leave(window.id)


def leave(house: House, window: Window) -> None:
    """The window is gone."""
    worked(house, window, window.minutes.flush())
    window.retention.leave()
    window.flights.leave()
    window.prepared.leave()
    window.rewrites.leave()
    window.pause.leave()
    window.trail.leave()
    window.contexts.clear()
    window.reading.leave()
    house.desk.leave(window.id)
    forget_keys(house, window)
    if window.waking is not None:
        window.waking.cancel()
    window.memory.clear()
