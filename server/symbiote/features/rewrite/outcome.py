"""What became of a turn, as far as the window tells, and what is looked at again later."""

from __future__ import annotations

from symbiote.core.rewriting import Outcome
from symbiote.engine.desk import REWRITE
from symbiote.features import flow
from symbiote.features.house import House, Window
from symbiote.features.outcome import note
from symbiote.features.rewrite.retention import Blocks

KINDS = {
    Outcome.KEPT: "hunks_kept",
    Outcome.UNDONE: "hunks_undone",
    Outcome.ACCEPTED: "accepted",
    Outcome.DISCARDED: "discarded",
    Outcome.STOPPED: "stopped",
    Outcome.VERSION: "version",
}
AGAIN = frozenset({Outcome.KEPT, Outcome.UNDONE, Outcome.VERSION})
"""What may happen more than once to one turn; its value is how many hunks it was about, elsewhere the characters."""
BAD = frozenset({Outcome.UNDONE, Outcome.DISCARDED})


def outcome(
    house: House, window: Window, id: str, number: int, kind: Outcome, hunks: int, characters: int
) -> None:
    """Note it. Nothing happens for a rewrite or a turn that is not known."""
    talk = window.rewrites.known(id)
    turn = talk.find(number) if talk is not None else None
    if talk is None or turn is None:
        return
    again = kind in AGAIN
    turn.reported += again
    value = float(max(0, hunks if again else characters))
    part = turn.reported if again else 0
    note(house, window, KINDS[kind], turn.ask, value, REWRITE, part)
    if kind in BAD:
        flow.rejected(house)
    if kind is Outcome.DISCARDED and number == talk.count:
        talk.looks(None)
    if kind is Outcome.ACCEPTED:
        flow.typed(house)
        keep(house, window, talk.uri, turn.ask, turn.blocks)


def keep(house: House, window: Window, uri: str, ask: str, blocks: Blocks) -> None:
    """Look after accepted lines."""

    def tell(kind: str, value: float) -> None:
        note(house, window, kind, ask, value, REWRITE)

    window.rewrites.retention.keep(ask, uri, blocks, window.live, tell)
