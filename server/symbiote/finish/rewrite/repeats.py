"""Keep to the region: lines that stand before it or behind it are not written again."""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.finish.rewrite.step import Step
from symbiote.finish.syntax import weight

PROOF = 8
"""Letters and digits of a line that proves by itself that the text behind the region has begun."""
LOOK = 40


@dataclass(slots=True)
class Above(Step):
    """Drops what the answer begins with when that is the end of the text before the region, line by line.

    Indentation does not count: it comes before the answer is indented to fit.
    """

    open: list[int] | None = field(default=None)
    done: bool = False

    def line(self, line: str) -> list[str]:
        if self.done:
            return [line]
        above = [text.strip() for text in self.region.above[-LOOK:]]
        if self.open is None:
            if not line.strip():
                return [line]
            old = next((text for text in self.region.old if text.strip()), "")
            same = line.strip() == old.strip()
            starts = [] if same else [n for n, text in enumerate(above) if text == line.strip()]
            self.open = [n for n in starts if weight(line) >= PROOF]
        else:
            at = len(self.held)
            self.open = [
                n for n in self.open if n + at < len(above) and above[n + at] == line.strip()
            ]
        if not self.open:
            self.done = True
            return [*Step.end(self), line]
        self.held.append(line)
        if any(n + len(self.held) == len(above) for n in self.open):
            self.done, self.held = True, []
        return []

    def preview(self, begun: str) -> list[str] | None:
        above = self.region.above[-LOOK:]
        if self.open is None and any(text.strip().startswith(begun.strip()) for text in above):
            return None
        return Step.preview(self, begun)


@dataclass(slots=True)
class Below(Step):
    """Ends where the answer goes on with the text behind the region.

    One line proves it where it says much and the region did not hold it; else the next one has to follow too.
    """

    def line(self, line: str) -> list[str]:
        below = [text.rstrip() for text in self.region.below[:LOOK] if text.strip()]
        if not below or not line.strip():
            return self._kept(line)
        if self._first() is not None:
            return self.halt() if len(below) > 1 and line.rstrip() == below[1] else self._kept(line)
        if line.rstrip() != below[0]:
            return self._kept(line)
        if weight(line) >= PROOF and not any(
            line.rstrip() == own.rstrip() for own in self.region.old
        ):
            return self.halt()
        self.held.append(line)
        return []

    def preview(self, begun: str) -> list[str] | None:
        first = next((text for text in self.region.below if text.strip()), "")
        if self.held or self.halted or (first and first.startswith(begun)):
            return None
        return [begun]

    def _first(self) -> str | None:
        return next((line for line in self.held if line.strip()), None)

    def _kept(self, line: str) -> list[str]:
        if self.held and not line.strip():
            self.held.append(line)
            return []
        return [*Step.end(self), line]
