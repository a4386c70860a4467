"""What became of a suggestion, as far as the editor tells."""

from __future__ import annotations

import time

from symbiote.features.house import House, Window
from symbiote.metrics.events import Event

ID_LENGTH = 32


def accepted(house: House, window: Window, id: str) -> None:
    """The whole suggestion was taken (partial accepts are not reported by editors)."""
    if not isinstance(id, str) or len(id) != ID_LENGTH:
        return
    window.readout.accepted += 1
    window.rejected.taken()
    house.ledger.note(Event(time.time(), window.id, "accepted", id))


def dismissed(house: House, window: Window) -> None:
    """The user sent the ghost text away, and wants no more of it: here nothing comes by itself until the line changes."""
    window.flights.drop_ahead()
    window.longer = None
    window.rejected.sent_away()
    shown = window.last.answer.id if window.last else None
    house.ledger.note(Event(time.time(), window.id, "dismissed", shown))
