"""Code, not talk: what a model says after the code is dropped, and another language is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from symbiote.core.answer import Reason
from symbiote.finish.rewrite.step import Region, Step
from symbiote.finish.syntax import CODE, code, comment
from symbiote.grammar.scan import CODE as OUTSIDE
from symbiote.grammar.scan import State, after, carried

WORDS = 4
"""In a line of talk; fewer are talk only where they begin as models begin."""
FOREIGN = 2
"""Lines that end as no line of the language does."""
_OPENING = re.compile(
    r"(?:Sure|Certainly|Of course|Absolutely|Okay|OK|Great|Here(?:'s| is| are)|I(?:'ve| have|'m| am|'ll| will| can)|"
    r"I apologi[sz]e|Sorry|Unfortunately|The (?:following|code|function)|As an|Explanation|Note)\b"
)
_SENTENCE = re.compile(r"[A-Z][a-z'’]*[,!]? ")
_CODE = re.compile(r"[={}\[\];]|\)\s*:|->|\w\(.*\)|^\s*[@#/*]")
_WORD = re.compile(r"[(\"“'`*_]*[A-Za-z][A-Za-z'’-]*[)\"”'`*_]*[.,:;!?]*")
_BRACES = re.compile(r"[{;]\s*$")


def judged(region: Region) -> bool:
    """Whether talk can be told from text: in code that holds no such lines itself, as inside of a docstring."""
    return region.language in CODE and not any(map(talk, region.old))


def talk(line: str) -> bool:
    """Whether a line reads like a sentence to somebody, as far as one line tells."""
    text = (
        line.strip().lstrip("#*>- ")
        if line.lstrip().startswith(("**", "> ", "### "))
        else line.strip()
    )
    if _CODE.search(re.sub(r"`[^`]*`", "it", text)):
        return False
    if _OPENING.match(text):
        return True
    words = text.split()
    plain = sum(_WORD.fullmatch(word) is not None for word in words)
    return len(words) >= WORDS and plain >= 0.8 * len(words) and bool(_SENTENCE.match(text))


@dataclass(slots=True)
class Talk(Step):
    """Ends at a sentence that stands at the margin behind a blank line, outside of comments and docstrings."""

    blank: bool = False
    inside: State = OUTSIDE
    foreign: int = 0
    judges: bool | None = field(default=None)

    def line(self, line: str) -> list[str]:
        if self.judges is None:
            self.judges = judged(self.region)
        if not self.judges:
            return [line]
        at_margin = self.blank and line[:1].strip() != ""
        if at_margin and self.inside is OUTSIDE and talk(line):
            return self.halt()
        if self._foreign(line):
            return self.halt(Reason.OTHER_LANGUAGE)
        self.blank = not line.strip()
        self._follow(line)
        return [line]

    def _foreign(self, line: str) -> bool:
        """Python that ends its lines with braces and semicolons is none."""
        if (
            self.region.language != "python"
            or self.inside is not OUTSIDE
            or self.foreign >= FOREIGN
        ):
            return False
        if _BRACES.search(code(line, "python")) and comment(line, "python") is None:
            self.foreign += not any(map(_BRACES.search, self.region.old))
        return self.foreign == FOREIGN

    def _follow(self, line: str) -> None:
        """Whether the next line is inside of a comment or a string of several lines.

        One that a single sign ends is not believed: it may be an apostrophe.
        """
        state = carried(after(line, self.inside, self.region.language))
        self.inside = state if len(state.closer) > 1 else OUTSIDE
