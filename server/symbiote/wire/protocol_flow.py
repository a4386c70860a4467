"""The messages of flow sessions: `protocol.py` names them all, docs/protocol.md and docs/flow.md explain them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symbiote.core.flow import Cause, Kind

FLOW = "symbiote/flow"
FLOW_STATE = "symbiote/flowState"
FLOW_REPORT = "symbiote/flowReport"
FOCUS = "symbiote/focus"


class Action(StrEnum):
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    INTERRUPT = "interrupt"
    END = "end"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class FlowParams:
    """Client to server. `start` takes `feature`, `minutes` (may have a fraction) and `kind`; `interrupt` a `cause` (one of
    `FlowCauses.known`, or words of one's own); `end` whether the feature is `complete` and has `tests` (null: not said).
    """

    action: Action
    feature: str = ""
    minutes: float = 30.0
    kind: Kind = Kind.ASSISTANCE
    cause: str = ""
    complete: bool | None = None
    tests: bool | None = None


@dataclass(frozen=True, slots=True)
class FlowStateParams:
    """Server to every window, whenever it changes, and the answer to each `symbiote/flow`. `session` is "" without one.

    `left_s` are seconds left of the planned time at that moment, 0 when it is over; the session goes on until it is ended.
    `problem` is "" or says why what was asked for was not done. `ended` is the id of the session that an `end` has ended.
    """

    session: str
    feature: str
    kind: Kind
    left_s: float
    paused: bool
    interruptions: int
    problem: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class FlowCauses:
    """What an interruption may be put down to."""

    known: list[Cause]


@dataclass(frozen=True, slots=True)
class FlowReportParams:
    """Client to server: the report of a session ("": of the last one that has ended)."""

    session: str = ""


@dataclass(frozen=True, slots=True)
class FlowReportResult:
    """`text` is Markdown, without `title`. `problem` is "" or why there is no report."""

    session: str
    title: str
    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class FocusParams:
    """Window to server, while a session runs: whether the window has the focus, each time that changes."""

    focused: bool


METHODS: dict[str, tuple[type, type | None]] = {
    FLOW: (FlowParams, FlowStateParams),
    FLOW_STATE: (FlowStateParams, None),
    FLOW_REPORT: (FlowReportParams, FlowReportResult),
    FOCUS: (FocusParams, None),
}
