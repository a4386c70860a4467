"""Where a region is while its document is edited, and whether it still is what we made of it.

The window applies our edits when it gets to them, and tells so as it tells of any edit. So the region may be in any state
between the last one that was seen and the last one that was sent; in any other, somebody else edited it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from symbiote.core.text import Document, body
from symbiote.features.rewrite.align import Edit
from symbiote.features.rewrite.region import Lines


class Track:
    """Begins with a document and the region in it. Edits above and below it move it; they change nothing else."""

    def __init__(self, document: Document, lines: Lines) -> None:
        self.uri = document.uri
        self._seen = lines.of(document)
        self._start = lines.start
        self._lines = document.lines
        self._sent: deque[Edit] = deque()
        self.lost = False

    @property
    def lines(self) -> Lines:
        """The region in the document as it was seen last."""
        return Lines(self._start, self._start + len(self._seen))

    @property
    def seen(self) -> list[str]:
        return self._seen

    def sends(self, edit: Edit) -> None:
        self._sent.append(edit)

    def follows(self, document: Document) -> bool:
        """Whether the document holds the region in a state that we know of; then that is where it is.

        Our own edits leave all that is above and below as it was, one of somebody else's one of the two: that is looked
        for first, for the beginning of one state may be the end of another.
        """
        self.lost = not any(self._follow(document, unchanged) for unchanged in (2, 1, 0))
        return not self.lost

    def ahead(self, document: Document) -> tuple[Document, Lines]:
        """The document as it will be once all that was sent is applied, and the region in it.

        `document` is as it was seen last.
        """
        state, at = self._seen, self.lines
        for edit in self._sent:
            state = edit.apply(state)
        eol = next((text[len(body(text)) :] for text in document.lines if text != body(text)), "\n")
        lines = [f"{text}{eol}" for text in state]
        if at.end == len(document.lines) and lines:
            lines[-1] = state[-1]
        whole = [*document.lines[: at.start], *lines, *document.lines[at.end :]]
        return replace(document, lines=whole, size=0), Lines(at.start, at.start + len(state))

    def _follow(self, document: Document, unchanged: int) -> bool:
        state, passed = self._seen, 0
        for edit in (None, *self._sent):
            if edit is not None:
                state, passed = edit.apply(state), passed + 1
            if (start := self._found(document, state, unchanged)) is not None:
                for _ in range(passed):
                    self._sent.popleft()
                self._seen, self._start, self._lines = state, start, document.lines
                return True
        return False

    def _found(self, document: Document, state: Sequence[str], unchanged: int) -> int | None:
        """Where the state stands, as far from the top or from the bottom as before; `unchanged` of what is above and
        what is below is as it was.
        """
        lines, end = document.lines, self._start + len(self._seen)
        bottom = len(self._lines) - end
        for start in {self._start, len(lines) - bottom - len(state)}:
            if start < 0 or start + len(state) > len(lines):
                continue
            if any(body(lines[start + n]) != text for n, text in enumerate(state)):
                continue
            above = lines[:start] == self._lines[: self._start]
            below = lines[start + len(state) :] == self._lines[end:]
            if above + below >= unchanged:
                return start
        return None
