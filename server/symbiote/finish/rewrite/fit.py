"""Indent as the region is: what the model left out is put before every line, what it added is taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbiote.finish.indent import VERBATIM
from symbiote.finish.rewrite.step import Region, Step
from symbiote.finish.syntax import CODE, code

WIDTH = 4
_MARGIN = re.compile(r"[ \t]*")


@dataclass(slots=True)
class Fit(Step):
    """The first line that says something decides: all later ones move as far as it does.

    A model that keeps the region's indentation begins with it, and nothing moves.
    """

    decided: bool = False
    add: str = ""
    drop: int = 0

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
        got, wanted = _margin(self._restyled(line)), _first(self.region)
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
            return line[min(self.drop, len(_margin(line))) :]
        return self.add + line

    def _restyled(self, line: str) -> str:
        """Tabs for blanks or blanks for tabs, as the lines nearby have it."""
        margin = _margin(line)
        if not margin or self.region.language in VERBATIM:
            return line
        level = _level(self.region)
        if level == "\t" and margin.startswith(" "):
            columns = len(margin)
            return "\t" * (columns // WIDTH) + " " * (columns % WIDTH) + line[len(margin) :]
        if level.startswith(" ") and "\t" in margin:
            return " " * len(margin.expandtabs(len(level))) + line[len(margin) :]
        return line


def _margin(line: str) -> str:
    found = _MARGIN.match(line)
    return found[0] if found else ""


def _first(region: Region) -> str:
    """The indentation the answer is to begin with."""
    for line in region.old:
        if line.strip():
            return _margin(line)
    if own := max(map(_margin, region.old), key=len, default=""):
        return own
    above = next((line for line in reversed(region.above) if line.strip()), "")
    deeper = _opens(above, region.language)
    return _margin(above) + ((_level(region) or " " * WIDTH) if deeper else "")


def _opens(line: str, language: str) -> bool:
    end = code(line, language).rstrip() if language in CODE else line.rstrip()
    return end.endswith(("{", "(", "[")) or (language == "python" and end.endswith(":"))


def _shared(lines: tuple[str, ...]) -> str:
    """The indentation that all lines have."""
    margins = [_margin(line) for line in lines if line.strip()]
    if not margins:
        return ""
    low, high = min(margins), max(margins)
    same = next((n for n, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))
    return low[:same]


def _level(region: Region) -> str:
    """One level: a tab, or the fewest blanks, two at least, that a line nearby has; "" where none is indented."""
    margins = [m for line in region.nearby if line.strip() and (m := _margin(line))]
    if any(margin.startswith("\t") for margin in margins):
        return "\t"
    return min((m for m in margins if len(m) > 1), key=len, default="")
