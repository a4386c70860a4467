"""What became of a suggestion, as far as the editor tells."""

from __future__ import annotations

import time

from symbiote.core.text import body
from symbiote.engine.desk import COMPLETE
from symbiote.features import flow
from symbiote.features.house import House, Window
from symbiote.features.minutes import Minute
from symbiote.features.rejected import Place, Proof
from symbiote.features.watch import Fate, Settled
from symbiote.metrics.events import Event, Worked

ID_LENGTH = 32


def accepted(house: House, window: Window, id: str) -> None:
    """The whole suggestion was taken (partial accepts are not reported by editors)."""
    if not isinstance(id, str) or len(id) != ID_LENGTH:
        return
    if window.readout.accept(id):
        house.today.accept()
    flow.typed(house)
    learn(house, window, window.rejected.taken(id), accepted=True)
    at, text = window.watch.at, window.watch.text
    note(house, window, "accepted", id)
    if window.watch.accepted(id) and at is not None:
        _keep(house, window, id, at, text)


def dismissed(house: House, window: Window) -> None:
    """The user sent the ghost text away, and wants no more of it: here nothing comes by itself until the line changes."""
    window.flights.drop_ahead()
    window.longer = None
    window.by_hand = None
    learn(house, window, window.rejected.sent_away(), accepted=False)
    shown = window.last.answer.id if window.last else None
    window.watch.dismissed()
    flow.rejected(house)
    note(house, window, "dismissed", shown)


def settle(house: House, window: Window, settled: Settled | None) -> None:
    """Note what became of a suggestion; what was taken of it was not typed by hand."""
    if settled is None:
        return
    note(house, window, settled.fate.value, settled.id, settled.value)
    if settled.fate is Fate.ACCEPTED_PART:
        window.minutes.accepted(settled.language, int(settled.value))


def worked(house: House, window: Window, minutes: list[Minute]) -> None:
    """Note minutes that are over."""
    for one in minutes:
        flow.added(house, one.lines)
        what = (one.language, one.typed, one.helped, one.lines)
        house.ledger.note(Worked(one.at, window.id, window.project, window.task, *what))


def note(
    house: House,
    window: Window,
    kind: str,
    ask: str | None,
    value: float | None = None,
    feature: str = COMPLETE,
    part: int = 0,
) -> None:
    """An event of an answer, or of the window, with the task and project of its row."""
    about = (feature, part, window.task, window.project)
    house.ledger.note(Event(time.time(), window.id, kind, ask, value, *about))


def _keep(house: House, window: Window, id: str, at: Place, text: str) -> None:
    """Look after an accepted suggestion: the lines it stands in now."""
    document = window.live(at.uri)
    if document is None or document.too_large:
        return
    window.minutes.accepted(document.language, len(text))
    count = text.count("\n") + 1
    block = tuple(body(line) for line in document.lines[at.line : at.line + count])

    def tell(kind: str, value: float) -> None:
        note(house, window, kind, id, value)

    window.retention.keep(id, at.uri, (block,), window.live, tell)


def learn(house: House, window: Window, proof: Proof | None, *, accepted: bool) -> None:
    """Let the gate learn of what became of a suggestion that appeared by itself."""
    if proof is not None and window.settings.learn_when_to_show:
        about = (proof.model, proof.language, proof.place, proof.confidence)
        house.learned.note(*about, accepted=accepted)


def forget_learned(house: House) -> None:
    """The shipped gates hold again."""
    house.learned.forget()
