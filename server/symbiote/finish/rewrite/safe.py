"""Nothing invisible, and no secret that was not there."""

from __future__ import annotations

from dataclasses import dataclass

from symbiote.core.answer import Reason
from symbiote.core.credential import secrets
from symbiote.finish.rewrite.step import Step
from symbiote.finish.syntax import CODE
from symbiote.finish.unsafe_text import unsafe


@dataclass(slots=True)
class Safe(Step):
    """Ends before the line that holds it. What the lines around hold already may be said again."""

    before: str = ""

    def line(self, line: str) -> list[str]:
        if reason := self._wrong(line):
            return self.halt(reason)
        self.before = line
        return [line]

    def preview(self, begun: str) -> list[str] | None:
        return None if self.halted or self._wrong(begun) else [begun]

    def _wrong(self, line: str) -> Reason | None:
        if unsafe(line, self.region.nearby) is not None:
            return Reason.UNSAFE_TEXT
        start = len(self.before) + 1
        text = f"{self.before}\n{line}"
        for _, end, value in secrets(text, code=self.region.language in CODE):
            if end > start and not any(value in known for known in self.region.nearby):
                return Reason.CREDENTIAL
        return None
