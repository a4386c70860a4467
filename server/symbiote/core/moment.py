"""The moment of an ask: what the editor held when the request arrived, never looked at again live."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from symbiote.core.chunk import NOTHING, Context
from symbiote.core.text import Document, body


class Trigger(StrEnum):
    AUTOMATIC = "automatic"
    INVOKED = "invoked"


@dataclass(frozen=True, slots=True)
class Moment:
    """An immutable snapshot, taken on the first line of a handler, before any await.

    `line` and `column` count lines and code points; `asked_at` is `time.monotonic()` in seconds.
    `selected` is the text of the entry selected in the editor's suggestion list and the column at
    which it starts, if the list is open: a suggestion must then begin with that text.
    `context` is what was gathered of other texts before.
    """

    document: Document
    line: int
    column: int
    window: str
    trigger: Trigger
    asked_at: float
    selected: tuple[int, str] | None = None
    context: Context = NOTHING

    @property
    def before(self) -> str:
        """The cursor's line up to the cursor."""
        return self.document.lines[self.line][: self.column]

    @property
    def after(self) -> str:
        """The cursor's line from the cursor on, without its line end."""
        return body(self.document.lines[self.line])[self.column :]
