"""What comes of a turn's text while it streams: lines of the region, or an explanation."""

from __future__ import annotations

import time
from collections.abc import Callable

from symbiote.core.answer import Reason
from symbiote.core.moment import Moment
from symbiote.features.rewrite.align import Aligned, Edit, Hunk, hunks, splice
from symbiote.features.rewrite.told import Pace, Progress
from symbiote.features.rewrite.track import Track
from symbiote.finish.rewrite.step import Region
from symbiote.finish.rewrite.stream import UNFIT, Stream
from symbiote.finish.special_tokens import special_tokens
from symbiote.finish.unsafe_text import unsafe

GRACE = 12
"""Tokens in which a model may end by itself once its answer is complete, so that its figures are told as well."""


class Hearing:
    """Takes text as it comes and tells of it. `stop` is called when no more is wanted.

    `raw` is all that the model said, `first` when text came first (`time.monotonic()`), `tokens` how often any came, `drafted`
    how many tokens of it were drafts.
    """

    def __init__(
        self,
        turn: int,
        region: Region,
        track: Track,
        at: Moment,
        tell: Callable[[Progress], None],
        stop: Callable[[Reason | None], None],
        *,
        read_only: bool,
        bare: bool,
    ) -> None:
        self.raw = ""
        self.tokens = self.drafted = 0
        self.first: float | None = None
        self.told = ""
        self._turn = turn
        self._at = at
        self._read_only = read_only
        self._stream = Stream(region, bare=bare)
        self._aligned = Aligned(region.old)
        self._shown = list(region.old)
        self._track = track
        self._tell = tell
        self._stop = stop
        self._pace = Pace(self._show)
        self._complete = 0

    def hear(self, text: str) -> None:
        """The next piece of the answer."""
        self.tokens += 1
        self.first = self.first or time.monotonic()
        self.raw += text
        if self._read_only:
            self._pace.touch()
            return
        self._stream.feed(text)
        self._take()
        if self._stream.halted:
            self._complete += 1
            if self._stream.reason is not None or self._complete > GRACE:
                self._stop(self._stream.reason)
        self._pace.touch()

    def drafts(self, tokens: int) -> None:
        """So many tokens of the next piece were drafts."""
        self.drafted += tokens

    def ends(self, reason: Reason | None) -> tuple[str | None, Reason | None]:
        """The text of the region, None where nothing came of the answer, and why it ended; what is left is told.

        With a reason it ended early: whole lines of it are kept, and the old ones that they do not replace.
        """
        self._pace.stop()
        if self._read_only:
            self._explain(last=True)
            return (self.told.strip() or None), reason or (
                None if self.told.strip() else Reason.BLANK
            )
        if reason is None:
            self._stream.end()
            reason = self._stream.reason
            self._take()
        nothing = reason in UNFIT or not any(line.strip() for line in self._aligned.new)
        if nothing:
            self._aligned = Aligned(self._aligned.old)
            reason = reason or Reason.BLANK
        elif reason is None:
            self._aligned.ends()
        final = self._aligned.region()
        self._say(final, settled=len(final))
        if nothing:
            return None, reason
        if tuple(final) == self._aligned.old:
            return None, reason or Reason.NO_CHANGE
        return "\n".join(final), reason

    def hunks(self, text: str | None) -> list[Hunk]:
        """Between the region as it was and `text`."""
        if text is None or self._read_only:
            return []
        return hunks(self._aligned.old, text.split("\n"))

    @property
    def complete(self) -> bool:
        """Whether all that is wanted has come, though the model may go on."""
        return self._stream.halted and self._stream.reason is None

    @property
    def speed(self) -> float:
        """Tokens a second since the first."""
        if self.first is None or self.tokens < 2:
            return 0.0
        return (self.tokens - 1) / max(time.monotonic() - self.first, 1e-6)

    def _take(self) -> None:
        for line in self._stream.lines[len(self._aligned.new) :]:
            self._aligned.line(line)

    def _show(self) -> None:
        if self._read_only:
            self._explain(last=False)
        else:
            state = self._aligned.region(self._stream.preview)
            self._say(state, settled=len(self._aligned.new))

    def _say(self, state: list[str], settled: int) -> None:
        edit = splice(self._shown, state)
        if edit is not None:
            self._shown = state
            self._track.sends(edit)
            self._progress(edit, settled)

    def _explain(self, *, last: bool) -> None:
        """More of an explanation; what may be the beginning of a control token waits."""
        text = special_tokens(self.raw, self._at)
        if (at := unsafe(text, self._at.document.lines)) is not None:
            text = text[:at]
        more = text[len(self.told) :] if text.startswith(self.told) else ""
        if more or last:
            self.told += more
            self._progress(None, 0, more)

    def _progress(self, edit: Edit | None, settled: int, explanation: str = "") -> None:
        speed = round(self.speed, 1)
        share = round(min(1.0, self.drafted / max(1, self.tokens)), 4)
        told = Progress(self._turn, None, edit, settled, self.tokens, speed, explanation, share)
        self._tell(told)
