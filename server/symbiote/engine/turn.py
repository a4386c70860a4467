"""One ask's turn at the desk: what it has said so far, and how it goes on after a pause.

No engine can stand still in the middle of an answer, and none needs to: it is stopped, and asked again with what it
has said. Its cached prefix makes that as cheap as one token.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from symbiote.core.timing import Cost
from symbiote.engine.port import Ask, Delta, Done

COMPLETE, REWRITE, PREFETCH = "complete", "rewrite", "prefetch"
ORDER = (COMPLETE, REWRITE, PREFETCH)

Lane = tuple[str, str] | tuple[str, str, str]
"""(window, kind): a window's newer completion sends its older one home, and nobody else's. Of rewrites there may be several,
which have a name each as a third part.
"""


@dataclass(eq=False, slots=True)
class Turn:
    """From coming to the desk to leaving it. `call` is set when the chair is given to it."""

    lane: Lane
    ask: Ask
    on_text: Callable[[str], None]
    on_drafts: Callable[[int], None] | None = None
    task: asyncio.Task[Done] | None = None
    call: asyncio.Future[None] | None = None
    yielding: bool = False
    _said: list[str] = field(default_factory=list)
    _tokens: int = 0
    _drafted: int = 0
    _cancelled: bool = False
    _cost: Cost = field(default_factory=Cost)
    _came: float = 0.0
    _began: float = 0.0
    _first: float = 0.0

    def __post_init__(self) -> None:
        ORDER.index(self.lane[1])  # an unknown kind is a mistake of ours, told at once

    @property
    def window(self) -> str:
        return self.lane[0]

    @property
    def rank(self) -> int:
        return ORDER.index(self.lane[1])

    def cancel(self) -> None:
        """For good."""
        self._cancelled = True
        if self.task is not None:
            self.task.cancel()

    def give_way(self) -> None:
        """Somebody of higher rank waits: a prefetch ends, an answer of many lines makes a pause.

        What has begun to speak is stopped at the end of a token, so that none is computed twice; a prompt that is
        still being read is left at once. An answer that ends with a line is let finish: it is short.
        """
        if self.rank == ORDER.index(PREFETCH):
            self.cancel()
        elif self.ask.lines == 0 and not self.yielding:
            self.yielding = True
            if not self._first and self.task is not None:
                self.task.cancel()

    def resumes(self) -> bool:
        """Whether a cancellation was only a pause. It is then taken back."""
        if not self.yielding or self._cancelled or self.task is None:
            return False
        return self.task.uncancel() == 0

    def waits(self) -> None:
        self.yielding, self._first = False, 0.0
        self._came = time.monotonic()

    def begins(self) -> None:
        self._began = time.monotonic()
        self._cost.timing.queue += (self._began - self._came) * 1000

    def hears(self, part: Delta) -> None:
        """A new piece of the answer. Each is handed on exactly once."""
        self._first = self._first or time.monotonic()
        if self.ask.lines == 0:
            self._said.append(part.text)
            self._tokens += part.tokens
            self._drafted += part.drafted
        if part.drafted and self.on_drafts is not None:
            self.on_drafts(part.drafted)
        self.on_text(part.text)

    def left(self) -> Ask | None:
        """What is still to be asked for; None when the limit is used up."""
        if not self._said:
            return self.ask
        if self._tokens >= self.ask.limit:
            return None
        return replace(self.ask, said="".join(self._said), spent=self._tokens)

    def stops(self) -> None:
        """The engine has stopped; where it was paused, it reports no times of its own."""
        if self.yielding and self._began:
            first = self._first or time.monotonic()
            self._cost.timing.prefill += (first - self._began) * 1000
            self._cost.timing.decode += (time.monotonic() - first) * 1000
            self._cost.tokens.generated = self._tokens
            self._cost.tokens.accepted = self._drafted
        self._began = 0.0

    def whole(self, done: Done) -> Done:
        """`done`, with what the parts before the last pause cost."""
        timing, tokens = done.cost.timing, done.cost.tokens
        timing.queue = self._cost.timing.queue
        if paused := self._cost.tokens.generated:
            tokens.generated += paused
            tokens.accepted += self._cost.tokens.accepted
            tokens.prompt = max(0, tokens.prompt - paused)
        timing.prefill += self._cost.timing.prefill
        timing.decode += self._cost.timing.decode
        return done
