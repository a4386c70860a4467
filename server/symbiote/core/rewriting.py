"""What a window may report of a rewrite that it shows."""

from __future__ import annotations

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
