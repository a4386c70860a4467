"""How likely an answer has to be to appear by itself: the model's shipped gate for the user's eagerness, moved by what was
learned from the user.

Two thresholds come of it. Answers under `show` are not shown. Answers under `least` are given up by the engine
(`Ask.least`, part of an answer's key), so it is never above the shipped gate: what was learned may be unlearned, and what
lies between the two is known all the same. One line of every `ONE_IN` is let through one band below the gate, so
that a gate that has become too strict is found out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from symbiote.core.moment import Moment
from symbiote.core.settings import Eagerness
from symbiote.engine.port import EngineStatus
from symbiote.features.around import away
from symbiote.metrics.acceptance import PLACES, Estimate

if TYPE_CHECKING:
    from symbiote.features.house import House, Window

EVEN = -0.7
"""Nats. Quiet, where no gate of the model was measured: as likely right as not by its own word. Eager, where none was: half
as likely as the shipped gate wants it."""
ONE_IN = 16
TRIED = 20.0
"""Outcomes that a language has before anything is tried out."""
FEW = 8
"""Outcomes after which other lines are tried out."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`shipped` (nats) is that of the model and the `eagerness`, `show` and `least` see above; `learned` is what moved it,
    None where nothing is learned. `tried`: this line is let through one band below."""

    eagerness: Eagerness
    shipped: float
    show: float
    least: float
    learned: Estimate | None = None
    tried: bool = False


def gate(house: House, window: Window, engine: EngineStatus, moment: Moment) -> Gate:
    """For an ask that nobody made by hand."""
    eagerness = window.settings.eagerness
    if away(engine):  # how likely a provider's answer is, nobody knows
        return Gate(eagerness, -math.inf, -math.inf, -math.inf)
    shipped = shipped_gate(engine, eagerness)
    if eagerness is Eagerness.ON_KEY or not window.settings.learn_when_to_show:
        return Gate(eagerness, shipped, shipped, shipped)
    known = house.learned.of(engine.model, moment.document.language)
    found = known.estimate(place(moment), shipped)
    if eagerness is Eagerness.QUIET:
        return Gate(eagerness, shipped, max(shipped, found.gate), shipped, found)
    if found.below is None or not _tried(moment, found.total):
        return Gate(eagerness, shipped, found.gate, min(shipped, found.gate), found)
    return Gate(eagerness, shipped, found.below, min(shipped, found.below), found, True)


def shipped_gate(engine: EngineStatus, eagerness: Eagerness) -> float:
    """In nats; -inf where nothing is held back. With ON_KEY the answer is kept ready for somebody who asks by hand."""
    match eagerness:
        case Eagerness.ON_KEY:
            return -math.inf
        case Eagerness.QUIET:
            return max(engine.gate, EVEN) if engine.gate_quiet is None else engine.gate_quiet
        case Eagerness.EAGER:
            return engine.gate + EVEN if engine.gate_eager is None else engine.gate_eager
        case Eagerness.NORMAL:
            return engine.gate


def sure(gate: Gate, engine: EngineStatus) -> float:
    """In nats: how likely it has to be what nobody asked for at all, as a block's other lines."""
    return engine.gate if gate.eagerness is Eagerness.ON_KEY else gate.show


def under(house: House, window: Window, engine: EngineStatus, moment: Moment) -> EngineStatus:
    """The engine as `around` is to see it: its gate is under which it may give an answer up at `moment`."""
    least = gate(house, window, engine, moment).least
    return engine if least == engine.gate else replace(engine, gate=least)


def place(moment: Moment) -> str:
    """One of `metrics.acceptance.PLACES`."""
    if not moment.before.strip():
        return "start"
    return "inside" if moment.after.strip() else "end"


def _tried(moment: Moment, total: float) -> bool:
    """By the line, so that it holds while somebody types there, and by what was learned, so that it is not always the same."""
    if total < TRIED:
        return False
    line = f"{moment.document.uri}\n{moment.line}\n{int(total) // FEW}"
    return crc32(line.encode("utf-8", "surrogatepass")) % ONE_IN == 0


def learned(house: House) -> dict[str, Any]:
    """For `symbiote/state`: outcomes by model and language, and for the present model the gates at each place.

    Gates are probabilities, as for eagerness normal.
    """
    engine = house.desk.engine.status
    pairs = []
    for (model, language), outcomes in house.learned.outcomes.items():
        known = house.learned.of(model, language)
        gates = {at: round(math.exp(known.estimate(at, engine.gate).gate), 3) for at in PLACES}
        shown = gates if model == engine.model else None
        pairs.append(
            {"model": model, "language": language, "outcomes": round(outcomes, 1), "gates": shown}
        )
    return {"shipped": round(math.exp(engine.gate), 3), "learned": pairs}


def explained(gate: Gate, language: str) -> list[str]:
    """Sentences for "Why nothing?": where the gate stands, and what moved it."""
    found = gate.learned
    lines = [f"The gate (eagerness {gate.eagerness}): {_gate_words(gate.shipped)}"]
    if found is None or found.total < 1:
        return lines
    band = f"where the model says {math.exp(found.low):.0%} to {math.exp(found.high):.0%}"
    now = found.gate if gate.tried else gate.show
    moved = "it stays" if now == gate.shipped else f"moved to {math.exp(now):.0%}"
    lines.append(
        f"Learned from {found.total:.0f} outcomes in {language}: {moved}. Here, {band}, you took {found.accepted:.0f} of "
        f"{found.outcomes:.0f} (older ones count less), with what was expected before {found.share:.0%}; wanted are "
        f"{found.target:.0%}"
    )
    if gate.tried:
        lines.append(
            f"This line is one of {ONE_IN} in which less likely answers are tried out: from {math.exp(gate.show):.0%} on"
        )
    return lines


def _gate_words(gate: float) -> str:
    if gate == -math.inf:
        return "nothing is held back for want of confidence"
    return f"under {math.exp(gate):.0%} nothing is shown while you type"
