"""What is told of a turn while it streams, and when it has ended."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from symbiote.core.answer import SENTENCES, FromOutside, Origin, Reason
from symbiote.core.timing import Cost
from symbiote.features.rewrite.align import Edit, Hunk
from symbiote.features.rewrite.region import Lines

EVERY = 0.025
"""Seconds between two messages: 40 a second are more than a screen shows changes of text."""

OWN = {
    Reason.BLANK: "The model answered with nothing.",
    Reason.DEADLINE: "The model took too long; what it wrote until then is shown.",
    Reason.SUPERSEDED: "A newer request for the same rewrite took its place.",
    Reason.CANCELLED: "The rewrite was stopped.",
    Reason.ENGINE_DIED: "The engine stopped in the middle of the rewrite and is being restarted; what came is shown.",
    Reason.NO_PROVIDER: "No provider answered to the end; what came is shown.",
    Reason.UNKNOWN_DOCUMENT: "The document is not open in the editor, or was closed.",
    Reason.CREDENTIAL: "The rewrite ended before a line with what looks like a key, a token or a password.",
    Reason.UNSAFE_TEXT: "The rewrite ended before a line with invisible or direction-changing characters.",
}
"""Where the sentence for completions does not fit."""


def sentence(reason: Reason, detail: str = "") -> str:
    return f"{OWN.get(reason, SENTENCES[reason])} {detail}".strip()


@dataclass(frozen=True, slots=True)
class Progress:
    """One message: `region` in the first of a turn only, `edit` from the region as told last, `settled` lines are final."""

    turn: int
    region: Lines | None
    edit: Edit | None
    settled: int
    tokens: int
    tokens_per_second: float
    explanation: str = ""
    drafted_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Rewritten:
    """How a turn ended. `region` are the lines as they were when it was asked, `place` where they are in the document as it
    was seen last. `text` is what the region holds now, None where nothing came of it; see `wire/protocol_rewrite`.

    `ask` is the turn's row in the ledger; times are milliseconds from the arrival of the request, but for `loading_ms`, in
    which the model was loaded for it. `outside` is None for the model on this machine.
    """

    ask: str
    turn: int
    region: Lines
    place: Lines
    text: str | None
    reason: Reason | None
    detail: str
    read_only: bool
    engine: str
    model: str
    hunks: list[Hunk]
    first_text_ms: float | None
    total_ms: float
    tokens_per_second: float
    drafted_share: float
    loading_ms: float
    cost: Cost = field(default_factory=Cost)
    outside: FromOutside | None = None
    origin: Origin = Origin.COMPUTED


class Pace:
    """Calls `tell` when touched, at once or `EVERY` after the last time; the last touch is never lost."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._last = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def touch(self) -> None:
        if self._timer is not None:
            return
        wait = self._last + EVERY - time.monotonic()
        if wait <= 0:
            self._now()
        else:
            self._timer = asyncio.get_running_loop().call_later(wait, self._now)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _now(self) -> None:
        self._timer = None
        self._last = time.monotonic()
        self._tell()
