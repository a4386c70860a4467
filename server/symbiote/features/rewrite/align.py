"""New lines against old ones, while the new ones are still coming.

The region holds the new lines so far and then the old ones that are not used up. A new line uses up the old line that it
replaces, and those before it that were left out; one that is only added uses up none. Which of these it is shows in how
much the lines look alike: it decides how the stream looks, and nothing of how it ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from symbiote.finish.syntax import weight
from symbiote.metrics.score import alike

LOOK = 80
"""Old lines further on in which a new one is looked for; of lines that prove little a few."""
LOOK_WEAK, WEAK = 2, 4
REPLACED, MOVED = 0.5, 0.75
"""How alike a line is to the one it replaces, and to one further on."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `remove` lines of the region from line `at` on by `insert`."""

    at: int
    remove: int
    insert: tuple[str, ...]

    def apply(self, lines: Sequence[str]) -> list[str]:
        return [*lines[: self.at], *self.insert, *lines[self.at + self.remove :]]


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines `old` of the region before, from `old_start` on, are the `new_lines` from `new_start` on now."""

    old_start: int
    old: tuple[str, ...]
    new_start: int
    new_lines: int


@dataclass(slots=True)
class Aligned:
    """`old` lines, the `new` ones so far, and how many of the old ones are `used` up."""

    old: tuple[str, ...]
    new: list[str] = field(default_factory=list)
    used: int = 0

    def line(self, line: str) -> None:
        self.new.append(line)
        self.used += self._uses(line)

    def ends(self) -> None:
        """No more will come: what is left of the old lines is gone."""
        self.used = len(self.old)

    def region(self, begun: Sequence[str] = ()) -> list[str]:
        """What the region holds; `begun` are lines that may become longer still.

        They are not shown where they are the beginning of the old line that comes next.
        """
        rest = self.old[self.used :]
        if begun and rest and rest[0].startswith(begun[-1]) and len(begun) == 1:
            begun = ()
        return [*self.new, *begun, *rest]

    def _uses(self, line: str) -> int:
        rest = self.old[self.used : self.used + LOOK]
        if not rest:
            return 0
        look = rest if weight(line) >= WEAK else rest[: LOOK_WEAK + 1]
        if line in look:
            return look.index(line) + 1
        if not line.strip():
            return 0
        if alike(line.strip(), rest[0].strip()) >= REPLACED:
            return 1
        for number, other in enumerate(rest[1 : LOOK_WEAK + 1], 2):
            if alike(line.strip(), other.strip()) >= MOVED:
                return number
        return 0


def splice(before: Sequence[str], after: Sequence[str]) -> Edit | None:
    """The one edit that makes `after` of `before`, as small as one edit can be; None where they are the same."""
    if before == after:
        return None
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return Edit(start, len(before) - start - end, tuple(after[start : len(after) - end]))


def hunks(old: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """Where they differ, in their order."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        Hunk(a, tuple(old[a:b]), c, d - c)
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]
