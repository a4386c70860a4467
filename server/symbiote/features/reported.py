"""Events that an editor tells with ids of its own: answered once they are on the disk, and noted once however often they are told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from symbiote.engine.desk import COMPLETE
from symbiote.features.house import House, Window
from symbiote.metrics.events import Event

KINDS = frozenset({"accepted", "dismissed", "focus_lost", "focus_back", "interrupted"})
"""`accepted` and `dismissed` are of the suggestion `ask`; the others of the window."""
OF_AN_ASK = frozenset({"accepted", "dismissed"})
LONGEST = 64
"""Characters of an id, and of a cause."""
MOST = 500
"""Events of one message."""
OLDEST_MS = 30 * 86_400_000.0


@dataclass(frozen=True, slots=True)
class Told:
    """`uid` is the editor's id of the event; `ago_ms` how long ago it happened when it was sent."""

    uid: str
    kind: str
    ago_ms: float = 0.0
    ask: str | None = None
    value: float | None = None
    cause: str = ""

    @property
    def sound(self) -> bool:
        return (
            0 < len(self.uid) <= LONGEST
            and self.kind in KINDS
            and (self.kind not in OF_AN_ASK or bool(self.ask))
            and len(self.ask or "") <= LONGEST
            and len(self.cause) <= LONGEST
            and 0.0 <= self.ago_ms <= OLDEST_MS
        )


async def reported(
    house: House, window: Window, events: Sequence[Told]
) -> tuple[list[str], list[str]]:
    """The ids of those that are committed, known ones included, and of those that will never be: they are not sound.

    What is in neither could not be written now; the editor tells it again later.
    """
    loop, now = asyncio.get_running_loop(), time.time()
    waits: dict[str, asyncio.Future[bool]] = {}
    for one in events[:MOST]:
        if one.sound and one.uid not in waits:
            waits[one.uid] = wait = loop.create_future()
            house.ledger.note(_event(window, one, now), _done(loop, wait))
    kept = dict(zip(waits, await asyncio.gather(*waits.values()), strict=True))
    refused = dict.fromkeys(one.uid for one in events[:MOST] if not one.sound)
    return [uid for uid, there in kept.items() if there], list(refused)


def _event(window: Window, one: Told, now: float) -> Event:
    at = now - one.ago_ms / 1000
    ask = one.ask if one.kind in OF_AN_ASK else None
    feature = COMPLETE if ask else ""
    about = (feature, 0, window.task, window.project, one.cause, one.uid)
    return Event(at, window.id, one.kind, ask, one.value, *about)


def _done(loop: asyncio.AbstractEventLoop, wait: asyncio.Future[bool]) -> Callable[[bool], None]:
    def answer(there: bool) -> None:
        if not wait.done():
            wait.set_result(there)

    def on_the_writer_s_thread(there: bool) -> None:
        loop.call_soon_threadsafe(answer, there)

    return on_the_writer_s_thread
