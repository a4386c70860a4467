"""Blank lines at both ends stay as the region had them; a model knows nothing of those."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile

from symbiote.finish.rewrite.step import Step


@dataclass(slots=True)
class Blanks(Step):
    """Holds blank lines back until something follows."""

    begun: bool = False

    def line(self, line: str) -> list[str]:
        if not line.strip():
            self.held.append("")
            return []
        before = self._before()
        self.begun, self.held = True, []
        return [*before, line]

    def end(self) -> list[str]:
        self.held = []
        return self._edge(reverse=True) if self.begun else []

    def preview(self, begun: str) -> list[str] | None:
        return [*self._before(), begun] if begun.strip() else None

    def _before(self) -> list[str]:
        return self.held if self.begun else self._edge(reverse=False)

    def _edge(self, *, reverse: bool) -> list[str]:
        """The region's own blank lines at one end; none where it has no others."""
        old = self.region.old
        if not any(line.strip() for line in old):
            return []
        lines = reversed(old) if reverse else old
        edge = list(takewhile(lambda line: not line.strip(), lines))
        return edge[::-1] if reverse else edge
