"""Whether a suggestion is there within 500 ms on this machine, and which model of the catalogue would hold that.

A calibration measures one model. The others are estimated from it: reading takes time by the parameters, writing by
the bytes of the file, because each token reads all of them. That leaves out what every call costs whatever the
model's size, so a large model judged by a very small one looks slower than it is, and the other way round.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROMISE_MS = 500.0


@dataclass(frozen=True, slots=True)
class Size:
    """A model's file in bytes, and its parameters; 0 where that is not known."""

    bytes: int
    parameters: int = 0


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a typical ask would take with a model, in milliseconds; `measured` when it is not an estimate."""

    model: str
    ask_ms: float
    measured: bool

    @property
    def holds(self) -> bool:
        return self.ask_ms <= PROMISE_MS

    def as_dict(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "ask_ms": round(self.ask_ms, 1),
            "holds": self.holds,
            "estimate": not self.measured,
        }


def estimate(add_ms: float, write_ms: float, measured: Size, other: Size) -> float:
    """A typical ask's milliseconds with another model, from those of the measured one: for all of the reading,
    and for all of the writing.
    """
    by_bytes = other.bytes / measured.bytes
    known = measured.parameters and other.parameters
    by_parameters = other.parameters / measured.parameters if known else by_bytes
    return add_ms * by_parameters + write_ms * by_bytes


def estimates(
    model: str, add_ms: float, write_ms: float, size: Size, catalogue: Mapping[str, Size]
) -> list[Estimate]:
    """The measured model and those of the catalogue, the largest first."""
    sizes = dict(catalogue) | {model: size}
    return [
        Estimate(name, estimate(add_ms, write_ms, size, other), name == model)
        for name, other in sorted(sizes.items(), key=lambda item: item[1].bytes, reverse=True)
    ]


def sentence(found: list[Estimate], model: str) -> str:
    """Whether the promise holds, and with which model of the catalogue it would."""
    own = next(one for one in found if one.model == model)
    said = (
        f"A typical ask (1,000 tokens of prompt, 95 % of them known, 24 tokens of answer) takes "
        f"{own.ask_ms:.0f} ms with {model}: the promise of {PROMISE_MS:.0f} ms "
        f"{'holds' if own.holds else 'does not hold'}."
    )
    largest = next((one for one in found if one.holds), None)
    if largest is None:
        return f"{said} By estimate no model of the catalogue would hold it here."
    if largest is own:
        none = found[0] is own
        return f"{said} " + (
            "The catalogue has no larger model."
            if none
            else "None of the catalogue's larger models would, by estimate."
        )
    return f"{said} The largest of the catalogue that would, by estimate: {largest.model}, {largest.ask_ms:.0f} ms."
