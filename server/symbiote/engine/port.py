"""The port every engine stands behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from symbiote.core.pieces import Keep, Piece, Special, Text
from symbiote.core.timing import Cost
from symbiote.engine.remote.request import Request

__all__ = [
    "Ask",
    "By",
    "Delta",
    "Done",
    "End",
    "Engine",
    "EngineStatus",
    "Keep",
    "Outside",
    "Piece",
    "Request",
    "Slot",
    "Special",
    "State",
    "Text",
]


class Slot(StrEnum):
    """Which of the loaded models an ask is for (`slots.py`)."""

    COMPLETE = "complete"
    REWRITE = "rewrite"


LOCAL, FASTEST = "local", "fastest"


@dataclass(frozen=True, slots=True)
class Outside:
    """An ask in the words of providers, and who may answer it.

    `order` holds `LOCAL` (the model on this machine), `FASTEST` (the providers that are healthy, the fastest first) and names
    of providers; each is tried when those before it cannot. `session` is the same for all asks of a window, so that a router
    of several servers can send them to the one that has read the text before. `hedge` lets a second provider be asked while the
    first one takes unusually long.
    """

    order: tuple[str, ...]
    request: Request
    session: str = ""
    hedge: bool = False


@dataclass(frozen=True, slots=True)
class By:
    """Who answered, where that was not the model on this machine.

    `usd` is None where no price is known, and so is `saved`, which the provider's cache made it cheaper. `cached` are tokens of the prompt that the provider had read before, `attempts` is
    how many providers were asked, `redacted` how many secrets were replaced on the way out.
    """

    provider: str
    title: str
    model: str
    usd: float | None = None
    cached: int = 0
    attempts: int = 1
    redacted: int = 0
    saved: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What an engine is asked for.

    `limit` is in tokens. `lines` ends the answer after that many line ends that follow visible text
    (0: no such end). `deadline` is `time.monotonic()` in seconds; the engine stops there with what it has.
    `before` and `after` are the file around the cursor, more of it than `pieces` hold: an engine may look
    up in them what the file says elsewhere. `heal` lets it write a half-typed word before the cursor anew.
    `least` is the log-probability (nats) under which the asker has no use for an answer: the engine may end, with
    End.UNSURE, as soon as an answer cannot reach it.
    An ask without a line end may be stopped and asked again: `said` is then the answer so far and `spent` its tokens,
    which count in `limit`. The engine goes on after it, to where it would have ended, and does not say it again.
    `elsewhere` are texts of other files that an engine may look things up in as well, the likeliest to help last;
    `names` are names that may stand at the cursor by what the analysis knows (members, keyword arguments), likeliest first.
    `slot` says which model is asked. `original` is text that the answer probably repeats, line by line: an engine may try its
    tokens in advance (drafts), which changes the time of the answer only. `model` is the one that `pieces` are written for ("":
    any): another one on this machine does not answer it. `outside` is None for what stays on this machine.
    """

    pieces: tuple[Piece, ...]
    limit: int = 48
    lines: int = 1
    deadline: float = float("inf")
    before: str = ""
    after: str = ""
    heal: bool = False
    least: float = float("-inf")
    said: str = ""
    spent: int = 0
    elsewhere: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    slot: Slot = Slot.COMPLETE
    original: str = ""
    model: str = ""
    outside: Outside | None = None


class End(StrEnum):
    """Why an answer ended."""

    EOG = "eog"
    LINE = "line"
    LIMIT = "limit"
    DEADLINE = "deadline"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Delta:
    """The next piece of the answer; whole characters only. `tokens` is how many it took, `drafted` how many of them were drafts."""

    text: str
    tokens: int = 1
    drafted: int = 0


@dataclass(slots=True)
class Done:
    """The last thing a stream yields. `confidence` is the log-probability of the whole answer (nats).

    Of an answer that was paused it is that of the part after the last pause. `by` is None for the model on this machine.
    """

    end: End
    confidence: float = 0.0
    cost: Cost = field(default_factory=Cost)
    by: By | None = None


class State(StrEnum):
    STARTING = "starting"
    LOADING = "loading"
    READY = "ready"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What an engine says of itself. `reason` is a sentence with the next step when it is off.

    `specials` are the control tokens its vocabulary has, by name; `gate` is the log-probability of a whole
    answer (nats) under which this model's answers are better not shown, `gate_quiet` and `gate_eager` those for
    users who want fewer or more, None where nobody has measured them; `tuning` is what a calibration
    of this model on this machine chose and measured (docs/protocol.md), None without one.
    """

    state: State
    reason: str = ""
    name: str = "local"
    model: str = ""
    family: str = ""
    device: str = ""
    pid: int = 0
    threads: int = 0
    gpu_layers: int = 0
    context: int = 0
    memory_mb: float = 0.0
    vram_mb: float = 0.0
    note: str = ""
    specials: frozenset[str] = frozenset()
    gate: float = float("-inf")
    gate_quiet: float | None = None
    gate_eager: float | None = None
    tuning: dict[str, Any] | None = None


class Engine(Protocol):
    """An engine answers one ask at a time.

    Closing the iterator (or cancelling its consumer) stops the engine; a stream that ends by itself
    ends with exactly one `Done`. Raises `EngineGone` when the engine dies under the ask and
    `AskRefused` when the ask cannot be served.
    """

    @property
    def status(self) -> EngineStatus: ...

    def stream(self, ask: Ask) -> AsyncIterator[Delta | Done]: ...

    async def close(self) -> None: ...
