"""What every step of a stream is, and what steps know of the region."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.core.answer import Reason


@dataclass(frozen=True, slots=True)
class Region:
    """Lines without their ends: the region's own as they were, those `above` it (the nearest last), those `below`."""

    language: str
    old: tuple[str, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()

    @property
    def nearby(self) -> tuple[str, ...]:
        return (*self.above, *self.old, *self.below)


@dataclass(slots=True)
class Step:
    """Takes lines and gives lines, perhaps later. Once `halted` it takes no more.

    `reason` says why, None where the answer is complete.
    """

    region: Region
    halted: bool = False
    reason: Reason | None = None
    held: list[str] = field(default_factory=list)

    def line(self, line: str) -> list[str]:
        """What is to go on now that `line` has come."""
        return [line]

    def end(self) -> list[str]:
        """What is to go on now that no more will come."""
        held, self.held = self.held, []
        return held

    def preview(self, begun: str) -> list[str] | None:
        """What a line that has only begun may be shown as already, with what must stand before it; None: not yet."""
        return None if self.held or self.halted else [begun]

    def halt(self, reason: Reason | None = None) -> list[str]:
        self.halted, self.reason, self.held = True, reason, []
        return []
