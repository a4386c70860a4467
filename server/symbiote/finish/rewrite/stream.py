"""The steps in their order; the order is the policy. Text goes in as it comes, lines of the region come out."""

from __future__ import annotations

import re

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment, Trigger
from symbiote.core.text import opened
from symbiote.finish.rewrite.blanks import Blanks
from symbiote.finish.rewrite.fence import Fence
from symbiote.finish.rewrite.fit import Fit
from symbiote.finish.rewrite.loop import Loop
from symbiote.finish.rewrite.repeats import Above, Below
from symbiote.finish.rewrite.safe import Safe
from symbiote.finish.rewrite.step import Region, Step
from symbiote.finish.rewrite.talk import Talk
from symbiote.finish.special_tokens import special_tokens

UNFIT = frozenset({Reason.PROSE, Reason.OTHER_LANGUAGE})
"""Reasons for which nothing of the answer is kept."""
_END = re.compile(r"\r\n|\n|\r(?!$)")
"""A `\\r` at the end of what has come may be half of a line end."""


class Stream:
    """`lines` are final and only grow. `bare` says that the answer begins with code: it fills a place.

    Once `halted`, more text changes nothing; `reason` is why, None where the answer was complete.
    """

    def __init__(self, region: Region, *, bare: bool = False) -> None:
        others = (Talk, Above, Fit, Below, Safe, Loop, Blanks)
        self._steps: list[Step] = [Fence(region, begun=bare), *(step(region) for step in others)]
        self._around = _around(region)
        self._open = ""
        self.lines: list[str] = []
        self.halted = False
        self.reason: Reason | None = None

    def feed(self, text: str) -> None:
        """Text as it came; where it is cut does not matter."""
        if self.halted:
            return
        self._open += text
        start = 0
        for found in _END.finditer(self._open):
            self._line(self._open[start : found.start()])
            start = found.end()
            if self.halted:
                break
        self._open = self._open[start:]

    def end(self) -> None:
        """The model has ended, or was halted: what was held back comes, the blank lines at the end too."""
        if not self.halted and (last := self._open.rstrip("\r")):
            self._line(last)
        first = next((n for n, step in enumerate(self._steps) if step.halted), 0)
        for number in range(first, len(self._steps)):
            step = self._steps[number]
            ended = [] if step.halted else step.end()
            self._take(ended, number + 1)
            self._note(step)
        self._open, self.halted = "", True

    @property
    def preview(self) -> list[str]:
        """The line that has begun, as it may be shown already, with blank lines before it; empty where it may not."""
        begun = special_tokens(self._open.rstrip("\r"), self._around)
        if self.halted or not begun.strip():
            return []
        lines = [begun]
        for step in self._steps:
            shown = step.preview(lines[-1])
            if shown is None:
                return []
            lines = [*lines[:-1], *shown]
        return lines

    def _line(self, line: str) -> None:
        bare = special_tokens(line, self._around)
        if bare or bare == line:
            self._take([bare], 0)
        if bare != line:
            self.halted = True

    def _take(self, lines: list[str], start: int) -> None:
        for number in range(start, len(self._steps)):
            step, out = self._steps[number], []
            for line in lines:
                if not step.halted:
                    out += step.line(line)
            self._note(step)
            lines = out
        self.lines += lines

    def _note(self, step: Step) -> None:
        if step.halted and not self.halted:
            self.halted, self.reason = True, step.reason
        elif step.halted and self.reason is None:
            self.reason = step.reason


def _around(region: Region) -> Moment:
    """What the filters of completions ask for, at the region's first line."""
    text = "\n".join(region.nearby)
    return Moment(opened("", region.language, 0, text), 0, 0, "", Trigger.INVOKED, 0.0)
