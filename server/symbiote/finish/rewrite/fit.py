"""Indent as the region is: what the model left out is put before every line, what it added is taken away."""

from __future__ import annotations

from dataclasses import dataclass

from symbiote.finish.indent import VERBATIM, restyle
from symbiote.finish.rewrite.step import Region, Step
from symbiote.finish.syntax import CODE, code, margin_of, opens

WIDTH = 4


@dataclass(slots=True)
class Fit(Step):
    """The first line that says something decides: all later ones move as far as it does.

    A model that keeps the region's indentation begins with it, and nothing moves.
    """

    decided: bool = False
    add: str = ""
    drop: int = 0
    level: str | None = None
    """Of the lines nearby; None before a line asked for it. They are many, and lines come with every token."""

    def line(self, line: str) -> list[str]:
        if line.strip() and not self.decided:
            self._decide(line)
        return [self._fitted(line)]

    def preview(self, begun: str) -> list[str] | None:
        if not self.decided and begun.strip():
            trial = Fit(self.region)
            return trial.line(begun)
        return [self._fitted(begun)]

    def _decide(self, line: str) -> None:
        self.decided = True
        got, wanted = margin_of(self._restyled(line)), _first(self.region)
        if got == wanted or ((shared := _shared(self.region.old)) and got.startswith(shared)):
            return
        if wanted.startswith(got):
            self.add = wanted[len(got) :]
        elif got.startswith(wanted):
            self.drop = len(got) - len(wanted)

    def _fitted(self, line: str) -> str:
        if not line.strip():
            return ""
        line = self._restyled(line)
        if self.drop:
            return line[min(self.drop, len(margin_of(line))) :]
        return self.add + line

    def _restyled(self, line: str) -> str:
        """Tabs for blanks or blanks for tabs, as the lines nearby have it."""
        margin = margin_of(line)
        if not margin or self.region.language in VERBATIM:
            return line
        if self.level is None:
            self.level = _level(self.region)
        level = self.level
        if level == "\t" and margin.startswith(" "):
            return restyle(line, level, WIDTH)
        if level.startswith(" ") and "\t" in margin:
            return restyle(line, level, len(level))
        return line


def _first(region: Region) -> str:
    """The indentation the answer is to begin with."""
    for line in region.old:
        if line.strip():
            return margin_of(line)
    if own := max(map(margin_of, region.old), key=len, default=""):
        return own
    above = next((line for line in reversed(region.above) if line.strip()), "")
    bare = code(above, region.language) if region.language in CODE else above
    deeper = opens(bare.rstrip(), region.language)
    return margin_of(above) + ((_level(region) or " " * WIDTH) if deeper else "")


def _shared(lines: tuple[str, ...]) -> str:
    """The indentation that all lines have."""
    margins = [margin_of(line) for line in lines if line.strip()]
    if not margins:
        return ""
    low, high = min(margins), max(margins)
    same = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[:same]


def _level(region: Region) -> str:
    """One level: a tab, or the fewest blanks, two at least, that a line nearby has; "" where none is indented."""
    margins = [m for line in region.nearby if line.strip() and (m := margin_of(line))]
    if any(margin.startswith("\t") for margin in margins):
        return "\t"
    return min((m for m in margins if len(m) > 1), key=len, default="")
