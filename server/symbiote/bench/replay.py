"""Open-loop replay: keys are pressed when the trace says so, whether or not answers have come.

Whoever answers stands behind `Contestant`. Knows nothing of sockets, and nothing of how figures are made.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from symbiote.bench.screen import NOTICE, Fit, Screen, View, accept
from symbiote.bench.trace import File, Stroke, Trace

DRAIN = 10.0
"""Seconds that the last answers are given after the last key. What has not ended then is unanswered."""


class Withdrawn(Exception):
    """The contestant confirms that it has dropped an ask, or its client never sent it."""


class Lost(Exception):
    """The contestant failed to answer; the text says how."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of one ask. Tokens count as the contestant counts them; times are in milliseconds.

    `text` is empty for a silence. `after_first_ms` is what of the latency came after the first token.
    """

    text: str
    origin: str = ""
    reason: str = ""
    id: str = ""
    evaluated: int = 0
    generated: int = 0
    after_first_ms: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)


class Pending(Protocol):
    """An ask on its way."""

    async def reply(self) -> Reply:
        """Raises `Withdrawn` or `Lost`."""

    def withdraw(self) -> None: ...


class Contestant(Protocol):
    """`withdraws` says whether its client cancels the older request on each key, as VS Code does."""

    withdraws: bool

    async def open(self, files: Sequence[File]) -> None: ...
    def edit(self, before: View, stroke: Stroke) -> None: ...
    def ask(self, view: View) -> Pending: ...
    def took(self, id: str) -> None: ...


@dataclass(slots=True)
class Asked:
    """One key and the ask that followed it. Times are seconds of one clock; None for what did not happen.

    `seen` is how long after the key a suggestion that fits the text after it stood there: 0 for one that was typed through.
    """

    sent: float
    plain: bool
    withdrawn: float | None = None
    ended: float | None = None
    reply: Reply | None = None
    fit: Fit | None = None
    lost: str = ""
    seen: float | None = None
    displayed: bool = False


@dataclass(slots=True)
class Replayed:
    """All of it. `late` is how many seconds each key came after its time."""

    asked: list[Asked] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    whole: int = 0
    words: int = 0
    taken: int = 0
    """Accepted suggestions, accepted words, and the characters of both."""


class Replay:
    """One replay (accepting is a key too); `speed` 2 halves every gap. It may be played in parts, with pauses between them.

    `patient` waits for each answer before the next key: no way to type, but nothing is cancelled, for comparing set-ups.
    """

    def __init__(
        self, trace: Trace, contestant: Contestant, speed: float = 1.0, *, patient: bool = False
    ) -> None:
        self._trace = trace
        self._contestant = contestant
        self._speed = speed
        self._patient = patient
        self._number = 0
        self._texts = [file.start for file in trace.files]
        self._now = View(0, self._texts[0], 0)
        self._screen = Screen()
        self._older: Pending | None = None
        self._waiting: set[asyncio.Task[None]] = set()
        self.done = Replayed()

    @property
    def texts(self) -> list[str]:
        return self._texts

    async def run(self, until: float = math.inf) -> Replayed:
        """To the end of the trace, or to `until` (`time.monotonic()`)."""
        await self.open()
        await self.play(len(self._trace.strokes), until)
        return self.done

    async def open(self) -> None:
        """The files, before the first key."""
        await self._contestant.open(self._trace.files)

    async def play(self, end: int, until: float = math.inf) -> None:
        """Press the keys up to, not including, number `end`, and wait for the last answers.

        A suggestion that is taken may bring more than that; the next part then begins after it.
        """
        strokes = self._trace.strokes
        due = time.monotonic()
        while self._number < min(end, len(strokes)):
            due += strokes[self._number].gap / self._speed
            if due > until:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            self.done.late.append(time.monotonic() - due)
            self._number = self._press(self._number)
            if self._patient:
                await asyncio.wait(self._waiting, timeout=DRAIN)
                due = time.monotonic()
        await self._drain()

    async def _drain(self) -> None:
        if self._waiting:
            _, open_still = await asyncio.wait(self._waiting, timeout=DRAIN)
            for task in open_still:
                task.cancel()
            await asyncio.gather(*open_still, return_exceptions=True)

    def _press(self, number: int) -> int:
        """Press key `number`, or take the suggestion instead; the number of the next key."""
        taken = self._taken(number)
        if taken is not None:
            stroke, then = taken
            self._key(stroke, plain=False)
            return then
        stroke = self._trace.strokes[number]
        self._key(stroke, plain=len(stroke.put) == 1 and stroke.put != "\n" and not stroke.cut)
        return number + 1

    def _taken(self, number: int) -> tuple[Stroke, int] | None:
        ghost, left = self._screen.ghost, self._screen.left(self._now)
        if ghost is None or not left or time.monotonic() - ghost.since < NOTICE / self._speed:
            return None
        found = accept(left, self._now, self._trace.strokes, number)
        if found is None:
            return None
        self.done.whole += found.whole
        self.done.words += not found.whole
        self.done.taken += len(found.text)
        if found.whole:
            self._contestant.took(ghost.id)
        return Stroke(0.0, self._now.file, self._now.cursor, 0, found.text), found.then

    def _key(self, stroke: Stroke, *, plain: bool) -> None:
        before = View(stroke.file, self._texts[stroke.file], stroke.at)
        asked = Asked(time.monotonic(), plain)
        self._contestant.edit(before, stroke)
        self._texts[stroke.file] = stroke.applied(before.text)
        self._now = View(stroke.file, self._texts[stroke.file], stroke.after)
        self._screen.changed(self._now)
        if self._screen.ghost is not None:
            asked.seen = 0.0
        if self._older is not None and self._contestant.withdraws:
            self._older.withdraw()
            if self.done.asked[-1].ended is None:
                self.done.asked[-1].withdrawn = time.monotonic()
        self._older = self._contestant.ask(self._now)
        self.done.asked.append(asked)
        task = asyncio.create_task(self._answer(self._older, asked, self._now))
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    async def _answer(self, pending: Pending, asked: Asked, view: View) -> None:
        try:
            asked.reply = await pending.reply()
        except Withdrawn:
            asked.ended = time.monotonic()
            return
        except Lost as error:
            asked.lost = str(error)
            return
        asked.ended = time.monotonic()
        reply = asked.reply
        asked.fit = self._screen.answered(view, self._now, reply.text, reply.id, asked.ended)
        if asked.fit in (Fit.FRESH, Fit.TYPED_THROUGH) and reply.text:
            asked.displayed = True
            newest = self.done.asked[-1]
            if newest.seen is None:
                newest.seen = asked.ended - newest.sent
