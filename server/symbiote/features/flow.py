"""One flow session for all windows: from its start to its end, and what breaks the flow meanwhile.

While it runs its feature is the task of every row.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from symbiote.core.answer import Reason
from symbiote.core.errors import UserError
from symbiote.core.flow import Kind, cause_of, words
from symbiote.features.disturbed import Disturbance, Senses
from symbiote.features.flow_state import Flow
from symbiote.features.sitting import Sitting
from symbiote.metrics.events import Event

if TYPE_CHECKING:
    from symbiote.features.house import House, Window

FEATURE = "flow"
LONGEST = 24 * 60.0
"""Minutes."""


# --- what a user asks for


def start(
    house: House, window: Window, feature: str, minutes: float, kind: Kind = Kind.ASSISTANCE
) -> Sitting:
    """Raises `UserError` when there is one already, and for a feature or minutes that make none."""
    flow, name = house.flow, words(feature)
    if flow.sitting is not None:
        raise UserError(f"A flow session is under way ({flow.sitting.feature}); end it first.")
    if not name:
        raise UserError("A flow session needs the name of the feature that is built.")
    if not 0 < minutes <= LONGEST:
        raise UserError(f"A flow session lasts up to {LONGEST:.0f} minutes.")
    now, at = flow.clock(), flow.wall()
    made = Sitting(uuid.uuid4().hex, name, kind, minutes * 60, at, window.project, looked=now)
    _cut(house)
    flow.sitting, flow.senses = made, Senses(now)
    flow.tasks = {}
    for one, _ in flow.windows.values():
        _dress(flow, one)
        one.flights.drop_ahead()
    house.ledger.note(made.row())
    _note(house, "session_started", made.planned_s)
    _changed(house)
    return made


def pause(house: House) -> None:
    """Raises `UserError` without a session, as do `resume`, `interrupt` and `end`."""
    if _sitting(house).pause(house.flow.clock()):
        _rest(house)
        _note(house, "session_paused")
    _changed(house)


def resume(house: House) -> None:
    sitting = _sitting(house)
    before = sitting.paused_s
    if sitting.resume(house.flow.clock()):
        _rest(house)
        _note(house, "session_resumed", round(sitting.paused_s - before, 1))
    _changed(house)


def interrupt(house: House, cause: str) -> None:
    """Somebody says that their flow is broken."""
    _sitting(house)
    assert house.flow.senses is not None
    _broken(house, house.flow.senses.logged(cause_of(cause), house.flow.clock()))
    _changed(house)


def end(house: House, complete: bool | None = None, tests: bool | None = None) -> str:
    """The id of the session that has ended. Whoever asks says whether the feature is complete and has tests."""
    sitting, flow = _sitting(house), house.flow
    sitting.look(flow.clock())
    if flow.senses is not None and not sitting.paused:
        _broken(house, flow.senses.worked(flow.clock()))
    _cut(house)
    _note(house, "session_ended")
    house.ledger.note(sitting.row(flow.wall(), complete, tests))
    flow.sitting = flow.senses = None
    for one, _ in flow.windows.values():
        one.task = flow.tasks.get(one.id, one.task)
    flow.tasks = {}
    _changed(house)
    return sitting.id


def look(house: House) -> Sitting | None:
    """How it stands now."""
    if house.flow.sitting is not None:
        house.flow.sitting.look(house.flow.clock())
    return house.flow.sitting


# --- what happens meanwhile


def joined(house: House, window: Window, changed: Callable[[], None]) -> None:
    """A window has come; `changed` is called whenever there is something to tell it."""
    house.flow.windows[window.id] = (window, changed)
    if house.flow.sitting is not None:
        _dress(house.flow, window)
        changed()


def left(house: House, window: Window) -> None:
    """A window that is gone has not the focus, but nobody left the editor either."""
    flow = house.flow
    flow.windows.pop(window.id, None)
    flow.tasks.pop(window.id, None)
    if flow.senses is not None:
        flow.senses.focused.discard(window.id)


def focused(house: House, window: Window, has: bool) -> None:
    flow = house.flow
    if flow.senses is None:
        return
    was, gone = bool(flow.senses.focused), flow.senses.away is not None
    found = flow.senses.looks(window.id, has, flow.clock())
    if flow.running is None:
        return
    now = bool(flow.senses.focused)
    if was != now and (was or gone):  # what a window says first is no change
        _note(house, "focus_back" if now else "focus_lost")
        flow.save()
    _sensed(house, found)


def typed(house: House) -> None:
    """Something was typed, asked for or taken, in any window."""
    flow = house.flow
    if flow.senses is not None and flow.running is not None:
        _sensed(house, flow.senses.worked(flow.clock()))


def rejected(house: House) -> None:
    """An answer was sent away or undone."""
    flow = house.flow
    if flow.senses is not None and flow.running is not None:
        flow.senses.rejected(flow.clock())


def answered(house: House, reason: Reason | None, by_hand: bool, waited_ms: float) -> None:
    """An ask has ended, with an answer (`reason` None) or without."""
    flow = house.flow
    if flow.senses is not None and flow.running is not None and reason is not Reason.BASELINE:
        _sensed(house, flow.senses.answered(reason, by_hand, waited_ms, flow.clock()))


def added(house: House, lines: int) -> None:
    """Lines were added, less those that were removed."""
    if house.flow.sitting is not None:
        house.flow.sitting.lines += lines


# --- inside


def _sitting(house: House) -> Sitting:
    if house.flow.sitting is None:
        raise UserError("There is no flow session.")
    return house.flow.sitting


def _dress(flow: Flow, window: Window) -> None:
    assert flow.sitting is not None
    flow.tasks.setdefault(window.id, window.task)
    window.task = flow.sitting.feature


def _cut(house: House) -> None:
    """What was written so far belongs to the task so far."""
    from symbiote.features.outcome import worked

    for window, _ in house.flow.windows.values():
        worked(house, window, window.minutes.cut())


def _rest(house: House) -> None:
    if house.flow.senses is not None:
        house.flow.senses.rests(house.flow.clock())


def _sensed(house: House, found: Disturbance | None) -> None:
    if found is not None:
        _broken(house, found)
        _changed(house)


def _broken(house: House, found: Disturbance | None) -> None:
    sitting = house.flow.sitting
    if found is None or sitting is None:
        return
    sitting.interruptions += 1
    sitting.look(house.flow.clock())
    _note(house, "interrupted", found.seconds, found.cause)
    if found.logged:
        _note(house, "logged", cause=found.cause)


def _note(house: House, kind: str, value: float | None = None, cause: str = "") -> None:
    """An event of the session, under its id and by its clock; `part` makes each of them one of its own."""
    sitting = _sitting(house)
    sitting.look(house.flow.clock())
    sitting.moves += 1
    house.ledger.note(
        Event(
            sitting.moment,
            "",
            kind,
            sitting.id,
            value,
            FEATURE,
            sitting.moves,
            sitting.feature,
            sitting.project,
            cause,
        )
    )


def _changed(house: House) -> None:
    house.flow.save()
    for _, changed in tuple(house.flow.windows.values()):
        changed()
