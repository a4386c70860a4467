"""`symbiote/events`: what must not be lost, told by a window and answered once it is on the disk."""

from __future__ import annotations

from dataclasses import dataclass

EVENTS = "symbiote/events"


@dataclass(frozen=True, slots=True)
class ToldEvent:
    """`uid` is an id of the client's own: told twice, an event is noted once. `kind` and the rest: docs/protocol.md."""

    uid: str
    kind: str
    ago_ms: float = 0.0
    ask: str | None = None
    value: float | None = None
    cause: str = ""


@dataclass(frozen=True, slots=True)
class EventsParams:
    """Window to server: what happened there, to be kept. What is not answered for is sent again."""

    events: list[ToldEvent]


@dataclass(frozen=True, slots=True)
class EventsResult:
    """`kept` are the ids of those that are on the disk by now, `refused` of those that never will be."""

    kept: list[str]
    refused: list[str]
