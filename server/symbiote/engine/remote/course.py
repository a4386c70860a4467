"""One ask's way through the providers: one after the other, until one has answered, within the time there is.

What is asked for whole (a completion) is handed on when it is whole, so that another provider can be asked at any time
before. What streams (a rewrite) belongs to the provider whose text came first.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from symbiote.core.errors import EngineError, EngineGone
from symbiote.engine.port import Done, End
from symbiote.engine.remote.budget import Unasked
from symbiote.engine.remote.errors import Fault
from symbiote.engine.remote.member import Member
from symbiote.engine.remote.order import FLOOR, share

LATE = "There was no time left to ask a provider."
CHANGED = "The provider was turned off or changed while it answered."


@dataclass(frozen=True, slots=True)
class Candidate:
    """`need` and `patience` are in seconds (`order.py`); `hedge` after how many a second one may be asked, None for never."""

    member: Member
    need: float
    patience: float
    hedge: float | None = None


@dataclass(frozen=True, slots=True)
class Times:
    """`time.monotonic()` in seconds: when the first text is due, and when the answer ends with what there is. `gap` is how long
    the next text may take, infinite for as long as there is time."""

    first: float
    until: float
    gap: float = float("inf")


@dataclass(eq=False, slots=True)
class Attempt:
    """One provider that was asked. `sent` once anything may have left."""

    candidate: Candidate
    last: bool
    texts: list[str] = field(default_factory=list)
    sent: bool = False


Send = Callable[[Attempt, Times, Callable[[str], None]], Awaitable[Done]]


class Course:
    """`send` asks a candidate; it raises `Fault`, or `Unasked` when it sent nothing.

    `leave` are the seconds that somebody else who comes after all of these needs.
    """

    def __init__(
        self,
        send: Send,
        candidates: Sequence[Candidate],
        until: float,
        on_text: Callable[[str], None],
        *,
        whole: bool,
        leave: float = 0.0,
        may_hedge: Callable[[], bool] | None = None,
    ) -> None:
        self._send, self._on_text, self._may_hedge = send, on_text, may_hedge
        self._left = deque(candidates)
        self._until, self._whole, self._leave = until, whole, leave
        self._running: dict[asyncio.Task[Done], Attempt] = {}
        self._attempts = 0
        self._winner: Attempt | None = None
        self._partial: tuple[Attempt, Done] | None = None
        self._fault: EngineError | None = None

    async def run(self) -> Done:
        """The answer. Raises `EngineGone` with the sentence of the last fault. Nothing runs on after it."""
        try:
            hedge = self._next()
            while self._running:
                ended, _ = await asyncio.wait(
                    self._running, timeout=hedge, return_when=asyncio.FIRST_COMPLETED
                )
                if not ended:
                    hedge = (
                        self._next() if self._may_hedge is not None and self._may_hedge() else None
                    )
                    continue
                for task in ended:
                    if (done := self._end(task)) is not None:
                        return done
                if not self._running and self._winner is None:
                    hedge = self._next()
            return self._give_up()
        finally:
            await self._hang_up(self._running)

    def _next(self) -> float | None:
        """Ask the next one; after how many seconds a second one may be asked beside it."""
        if not self._left:
            return None
        left = self._until - time.monotonic()
        if left < FLOOR and self._attempts:
            self._left.clear()
            return None
        candidate = self._left.popleft()
        attempt = Attempt(candidate, last=not self._left and not self._leave)
        task = asyncio.get_running_loop().create_task(self._ask(attempt, left))
        self._running[task] = attempt
        first = len(self._running) == 1 and self._left and self._may_hedge is not None
        return candidate.hedge if first else None

    async def _ask(self, attempt: Attempt, left: float) -> Done:
        return await self._send(
            attempt, self._times(attempt, left), lambda text: self._hear(attempt, text)
        )

    def _times(self, attempt: Attempt, left: float) -> Times:
        now = self._until - left
        if attempt.last:
            return Times(self._until, self._until)
        own = share(left, [*(other.need for other in self._left), self._leave])
        first = min(own, attempt.candidate.patience)
        if self._whole:
            return Times(now + first, now + own, attempt.candidate.patience)
        return Times(now + first, self._until)

    def _hear(self, attempt: Attempt, text: str) -> None:
        if self._whole:
            attempt.texts.append(text)
            return
        if self._winner is None:
            self._winner = attempt
            for task, other in self._running.items():
                if other is not attempt:
                    task.cancel()
        if self._winner is attempt:
            self._on_text(text)

    def _end(self, task: asyncio.Task[Done]) -> Done | None:
        """The answer, if this is it."""
        attempt = self._running.pop(task)
        self._attempts += attempt.sent
        if task.cancelled():
            self._fault = self._fault or EngineGone(CHANGED)
            return None
        try:
            done = task.result()
        except (Fault, Unasked) as fault:
            if isinstance(fault, Fault) or self._fault is None:
                self._fault = fault
            return None
        if self._winner not in (None, attempt):
            return None
        if self._whole and done.end is End.DEADLINE and not attempt.last:
            self._partial = (attempt, done)
            return None
        return self._answer(attempt, done)

    def _answer(self, attempt: Attempt, done: Done) -> Done:
        asked = self._attempts + sum(other.sent for other in self._running.values())
        if done.by is not None:
            done.by = replace(done.by, attempts=max(asked, 1))
        if self._whole and (text := "".join(attempt.texts)):
            self._on_text(text)
        return done

    def _give_up(self) -> Done:
        """What came of one that was too slow is better than nothing."""
        if self._partial is not None:
            return self._answer(*self._partial)
        raise EngineGone(str(self._fault or LATE)) from None

    @staticmethod
    async def _hang_up(running: dict[asyncio.Task[Done], Attempt]) -> None:
        for task in running:
            task.cancel()
        if running:
            await asyncio.gather(*running, return_exceptions=True)
