"""What became of a suggestion, as far as the editor tells."""

from __future__ import annotations

import time

from symbiote.features.house import House, Window
from symbiote.features.rejected import Proof
from symbiote.metrics.events import Event

ID_LENGTH = 32


def accepted(house: House, window: Window, id: str) -> None:
    """The whole suggestion was taken (partial accepts are not reported by editors)."""
    if not isinstance(id, str) or len(id) != ID_LENGTH:
        return
    window.readout.accepted += 1
    learn(house, window, window.rejected.taken(id), accepted=True)
    house.ledger.note(Event(time.time(), window.id, "accepted", id))


def dismissed(house: House, window: Window) -> None:
    """The user sent the ghost text away, and wants no more of it: here nothing comes by itself until the line changes."""
    window.flights.drop_ahead()
    window.longer = None
    window.by_hand = None
    learn(house, window, window.rejected.sent_away(), accepted=False)
    shown = window.last.answer.id if window.last else None
    house.ledger.note(Event(time.time(), window.id, "dismissed", shown))


def learn(house: House, window: Window, proof: Proof | None, *, accepted: bool) -> None:
    """Let the gate learn of what became of a suggestion that appeared by itself."""
    if proof is not None and window.settings.learn_when_to_show:
        about = (proof.model, proof.language, proof.place, proof.confidence)
        house.learned.note(*about, accepted=accepted)


def forget_learned(house: House) -> None:
    """The shipped gates hold again."""
    house.learned.forget()
