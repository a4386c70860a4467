"""A model that says the same lines over and over does not come to an end by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.core.answer import Reason
from symbiote.finish.rewrite.step import Step
from symbiote.finish.syntax import weight

PERIODS = (1, 2, 3, 4, 6)
"""Lines after which the loop begins again."""
ROUNDS = 4
LETTERS = 6


@dataclass(slots=True)
class Loop(Step):
    """Lines are held back from the third round on, and given free when the loop breaks off; the fourth ends it."""

    said: list[str] = field(default_factory=list)

    def line(self, line: str) -> list[str]:
        self.said.append(line)
        del self.said[: -max(PERIODS) * ROUNDS]
        rounds = max(map(self._rounds, PERIODS))
        if rounds >= ROUNDS:
            return self.halt(Reason.ENDLESS)
        if rounds >= ROUNDS - 1 or (self.held and rounds >= ROUNDS - 2):
            self.held.append(line)
            return []
        return [*Step.end(self), line]

    def _rounds(self, period: int) -> int:
        """How often the last `period` lines stand in a row; 0 where they say too little, or stood so before."""
        unit = self.said[-period:]
        if len(unit) < period or weight("".join(unit)) < LETTERS:
            return 0
        rounds, at = 1, len(self.said) - 2 * period
        while at >= 0 and self.said[at : at + period] == unit:
            rounds, at = rounds + 1, at - period
        return rounds if rounds > 1 and not self._known(unit) else 0

    def _known(self, unit: list[str]) -> bool:
        old, twice = list(self.region.old), unit * 2
        return any(old[n : n + len(twice)] == twice for n in range(len(old) - len(twice) + 1))
