"""What a window may report of a rewrite that it shows, and what a second look at one may find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What the user did with a turn of a rewrite, or with some of its hunks.

    `kept` and `undone` are hunks; `accepted` and `discarded` all that was left of the turn; `stopped` the stream (Esc);
    `version` an older or newer version was stepped to.
    """

    KEPT = "kept"
    UNDONE = "undone"
    ACCEPTED = "accepted"
    DISCARDED = "discarded"
    STOPPED = "stopped"
    VERSION = "version"


class Severity(StrEnum):
    """How grave a finding is; a `difference` is none, but a place that the second model wrote otherwise."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    DIFFERENCE = "difference"


@dataclass(frozen=True, slots=True)
class Flag:
    """What a reviewer says of one line of a rewrite, counted from the first one of its new text (0, 1, …). `text` is one line."""

    line: int
    severity: Severity
    text: str
