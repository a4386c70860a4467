"""What the typist sees: whether an answer still fits, what ghost text stands there, and when it is taken. Pure.

Ghost text that is typed through stays, as in VS Code; any other change takes it away.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from symbiote.bench.trace import Stroke

NOTICE = 0.2
"""Seconds a suggestion must have stood before it can be taken: a simple visual reaction (Woods et al. 2015: 0.21 to 0.23)."""
LEAST = 3
"""Characters: nobody leaves the keys for fewer."""
TYPOS = 12
"""Characters beyond the suggestion that are looked at, for typing that goes astray and comes back."""

WORD = re.compile(r"\s*(?:\w+|[^\w\s]+)")


@dataclass(frozen=True, slots=True)
class View:
    """A text and the cursor in it (code points), at one moment."""

    file: int
    text: str
    cursor: int

    @property
    def line(self) -> int:
        return self.text.count("\n", 0, self.cursor)

    @property
    def column(self) -> int:
        return self.cursor - self.text.rfind("\n", 0, self.cursor) - 1


class Fit(StrEnum):
    """How an answer stands to the text as it is when the answer comes."""

    FRESH = "fresh"
    TYPED_THROUGH = "typed_through"
    SPENT = "spent"
    """All of it has been typed meanwhile: right, and of no use."""
    STALE = "stale"


def fit(asked: View, now: View, text: str) -> tuple[Fit, str]:
    """How `text`, an answer for `asked`, fits `now`, and what of it is left to show.

    A silence (an empty text) fits only the text that it was given for.
    """
    if asked == now:
        return Fit.FRESH, text
    typed = now.text[asked.cursor : now.cursor]
    same = (
        asked.file == now.file
        and now.cursor > asked.cursor
        and now.text[: asked.cursor] == asked.text[: asked.cursor]
        and now.text[now.cursor :] == asked.text[asked.cursor :]
    )
    if not same or not text.startswith(typed):
        return Fit.STALE, ""
    left = text[len(typed) :]
    return (Fit.TYPED_THROUGH, left) if left else (Fit.SPENT, "")


@dataclass(frozen=True, slots=True)
class Ghost:
    """Ghost text: an answer, the view it was for, and since when (seconds) what is left of it has stood there."""

    view: View
    text: str
    id: str
    since: float


class Screen:
    """The ghost text of one window."""

    def __init__(self) -> None:
        self.ghost: Ghost | None = None

    def left(self, now: View) -> str:
        """What is shown at `now`; empty without a suggestion."""
        return fit(self.ghost.view, now, self.ghost.text)[1] if self.ghost else ""

    def changed(self, now: View) -> None:
        """The text or the cursor has moved to `now`."""
        if self.ghost and not self.left(now):
            self.ghost = None

    def answered(self, asked: View, now: View, text: str, id: str, at: float) -> Fit:
        """Take an answer for `asked` at time `at`; what no longer fits changes nothing."""
        found, left = fit(asked, now, text)
        if found is Fit.STALE or found is Fit.SPENT:
            return found
        if not left:
            self.ghost = None
        else:
            since = self.ghost.since if self.ghost and self.left(now) == left else at
            self.ghost = Ghost(asked, text, id, since)
        return found


@dataclass(frozen=True, slots=True)
class Accept:
    """`text` is taken; typing goes on with key number `then`."""

    text: str
    then: int
    whole: bool


def accept(left: str, now: View, strokes: Sequence[Stroke], number: int) -> Accept | None:
    """What of the ghost text `left` the typist takes instead of pressing key `number`; None to type on.

    Whole if it is what comes next in the file, else its first word if that is.
    """
    word = WORD.match(left)
    for text, whole in ((left, True), (word.group() if word else "", False)):
        if len(text.strip()) >= LEAST and (then := _then(text, now, strokes, number)) is not None:
            return Accept(text, then, whole)
    return None


def _then(text: str, now: View, strokes: Sequence[Stroke], number: int) -> int | None:
    """The key after those that would have brought `text` to the cursor; None when the keys bring something else."""
    grown = ""
    for at in range(number, len(strokes)):
        key = strokes[at]
        end = now.cursor + len(grown)
        if key.file != now.file or key.at + key.cut != end or key.cut > len(grown):
            return None
        grown = grown[: len(grown) - key.cut] + key.put
        if grown == text:
            return at + 1
        if len(grown) > len(text) + TYPOS:
            return None
    return None
