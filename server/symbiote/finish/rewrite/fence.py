"""Take the code out of the Markdown around it, and end where that ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from symbiote.core.answer import Reason
from symbiote.finish.code_fence import PROSE
from symbiote.finish.rewrite.step import Step
from symbiote.finish.rewrite.talk import judged, talk
from symbiote.grammar.languages import FENCED, SYNTAX

MOST_TALK = 8
"""Lines of talk before the code. Who says more does not come to it."""
INDENTED = 4
"""Blanks more than the opening fence has: a fence inside of a docstring (CommonMark 0.31, 4.5, allows three)."""
ALIKE = (
    frozenset(["javascript", "javascriptreact", "typescript", "typescriptreact"]),
    frozenset(["c", "cpp", "cuda-cpp", "objective-c", "objective-cpp"]),
    frozenset(["json", "jsonc", "json5"]),
    frozenset(["css", "scss", "less"]),
    frozenset(["yaml", "dockercompose"]),
    frozenset(["html", "xml", "xsl", "vue", "svelte", "handlebars"]),
)
"""Languages that models call by one another's names."""
MIXED = frozenset(["html", "vue", "svelte", "handlebars", "php"])
HELD = frozenset(["html", "css", "scss", "less", "javascript", "typescript"])
"""What a region of the mixed ones may be all of: a script, a style sheet, a template."""
KNOWN = frozenset(SYNTAX) | {"diff"}
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^`]*$")


@dataclass(slots=True)
class Fence(Step):
    """Before the code (`begun` false) fences and talk are dropped; a fence that was opened ends the answer when it closes.

    In prose only a fence around all of it is dropped. `bare` answers begin with code at once.
    """

    begun: bool = False
    marker: str = ""
    margin: int = 0
    nested: int = 0

    def line(self, line: str) -> list[str]:
        fence = _FENCE.match(line)
        if not self.begun:
            return self._before(line, fence)
        if fence is None or not self._counts(fence):
            return [line]
        if not self.marker:
            return [line] if self._means_fences() else self.halt()
        if fence[3] and fence[2] == self.marker:
            self.nested += 1
        elif not fence[3] and self.nested:
            self.nested -= 1
        elif not fence[3]:
            return self.halt()
        return [line]

    def end(self) -> list[str]:
        if self.held and any(line.strip() for line in self.held):
            return self.halt(Reason.PROSE)
        return Step.end(self)

    def preview(self, begun: str) -> list[str] | None:
        if not self.begun or self.halted or begun.lstrip()[:1] in ("", "`", "~"):
            return None
        return [begun]

    def _before(self, line: str, fence: re.Match[str] | None) -> list[str]:
        if fence is not None and self._opens(fence):
            if self._foreign(fence[3].lower()):
                return self.halt(Reason.OTHER_LANGUAGE)
            self.begun, self.held = True, []
            self.marker, self.margin = fence[2], len(fence[1].expandtabs(4))
            return []
        if not line.strip() or (judged(self.region) and talk(line)):
            self.held.append(line)
            talked = sum(bool(said.strip()) for said in self.held)
            return self.halt(Reason.PROSE) if talked > MOST_TALK else []
        self.begun = True
        blank = [] if any(said.strip() for said in self.held) else self.held
        self.held = []
        return [*blank, line]

    def _opens(self, fence: re.Match[str]) -> bool:
        if self._means_fences():
            return False
        return self.region.language not in PROSE or fence[3].lower() in ("markdown", "md")

    def _counts(self, fence: re.Match[str]) -> bool:
        """Whether it can close what was opened, or opens another one inside."""
        if not self.marker:
            return True
        deep = len(fence[1].expandtabs(4)) >= self.margin + INDENTED
        return not deep and fence[2].startswith(self.marker)

    def _means_fences(self) -> bool:
        """Whether the text itself begins with one."""
        first = next((line for line in self.region.old if line.strip()), "")
        return _FENCE.match(first) is not None

    def _foreign(self, tag: str) -> bool:
        tag, language = FENCED.get(tag, tag), self.region.language
        if tag not in KNOWN or language not in KNOWN or tag == language:
            return False
        if language in MIXED and tag in HELD:
            return False
        return not any(tag in group and language in group for group in ALIKE)
