"""Where the milliseconds and the tokens of one ask went."""

from __future__ import annotations

from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class Timing:
    """Milliseconds per stage. `total` runs from the request's arrival to the finished answer."""

    wait: float = 0.0
    context: float = 0.0
    prompt: float = 0.0
    queue: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0
    finish: float = 0.0
    total: float = 0.0

    def as_dict(self) -> dict[str, float]:
        return {f.name: round(getattr(self, f.name), 3) for f in fields(self)}


@dataclass(slots=True)
class Tokens:
    """Counts: in the prompt, evaluated (not reused) of it, generated, drafted, accepted of the drafts; of the prompt those that a
    provider had read before (`cached`) and those that it charges for keeping (`written`), 0 for the model on this machine."""

    prompt: int = 0
    evaluated: int = 0
    generated: int = 0
    drafted: int = 0
    accepted: int = 0
    cached: int = 0
    written: int = 0

    def as_dict(self) -> dict[str, int]:
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(slots=True)
class Cost:
    """Timing and tokens of one ask, filled in along the way."""

    timing: Timing = field(default_factory=Timing)
    tokens: Tokens = field(default_factory=Tokens)
