"""All providers that are turned on, as one: whoever is healthy and fastest is asked first, the others while there is time.

One per daemon; all windows share it. All methods belong to one event loop. What leaves this machine leaves it in `Cloud._send`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from symbiote.core.errors import EngineError, EngineGone
from symbiote.engine.port import FASTEST, Delta, Done, End, EngineStatus, Outside, State
from symbiote.engine.remote.breaker import Breaker
from symbiote.engine.remote.budget import Budget, Hedges, Purse, Unasked
from symbiote.engine.remote.course import Attempt, Candidate, Course, Times
from symbiote.engine.remote.errand import Errand, Redact, session_name, trial
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.latency import Latency
from symbiote.engine.remote.member import MOST, Member
from symbiote.engine.remote.outgoing import Restoring, outgoing
from symbiote.engine.remote.presets import TASKS
from symbiote.engine.remote.request import LONGEST
from symbiote.engine.remote.roster import BUSY, ProviderStatus, Roster
from symbiote.engine.remote.sent import Sent

WARMED = 2
"""How many providers are kept warm: whom the next ask goes to, and who follows."""
TESTING = 10.0
"""Seconds for a word."""


@dataclass(frozen=True, slots=True)
class Tested:
    """`ms` is how long the whole test took."""

    ok: bool
    sentence: str
    ms: float


class Cloud:
    """`spend` is the budget that everything is reserved from, `redact` takes secrets out of a request. `clock` is in seconds and
    never goes back; `chance` gives numbers from 0 to 1."""

    def __init__(
        self,
        spend: Budget,
        redact: Redact = outgoing,
        *,
        environment: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._redact, self._clock = redact, clock
        self._breaker = Breaker(clock, chance)
        self._latency = Latency(clock)
        self._purse = Purse(spend, clock)
        self._hedges = Hedges()
        self._roster = Roster(environment, self._breaker, self._latency, self._purse, clock)

    def configure(self, raw: Mapping[str, Any]) -> list[str]:
        """Take the setting `symbiote.providers`: a sentence for each thing in it that cannot be used. A provider that did not
        change keeps its connections and all that is known of it; one that did, or is gone, hangs up."""
        return self._roster.configure(raw)

    def keys(self, keys: Mapping[str, str]) -> list[str]:
        """Take the whole set of keys, by name of the provider: a sentence for each that cannot be one. Where there is none the
        environment may have it. Keys of providers that are not on wait until they are."""
        return self._roster.keys(keys)

    def standing(self) -> list[ProviderStatus]:
        """Of each provider that is turned on, in the setting's order."""
        return self._roster.standing()

    def able(self, task: str, order: Sequence[str]) -> bool:
        """Whether somebody outside may be asked now."""
        return bool(self._roster.candidates(task, order))

    def status(self, task: str, order: Sequence[str]) -> EngineStatus | None:
        """Of whom it would ask first."""
        found = self._roster.candidates(task, order)
        if not found:
            return None
        preset = found[0].member.preset
        model = preset.uses[task].model
        return EngineStatus(State.READY, name=preset.name, model=model, device="remote")

    async def close(self) -> None:
        """Hang up, and close all connections."""
        await self._roster.close()

    async def run(
        self, outside: Outside, task: str, on_text: Callable[[str], None], *, leave: float = 0.0
    ) -> Done:
        """Answer, with who did in `Done.by`. Completions are handed on whole; rewrites as they come, from one provider.

        `leave` are seconds to be left for somebody who comes after all of these. Raises `EngineGone` with the sentence of the last
        fault; where text was handed on before, what came of it can be kept.
        """
        candidates = self._roster.candidates(task, outside.order)
        if not candidates:
            raise EngineGone(self._roster.nobody(task, outside.order))
        self._hedges.earn()
        errand = Errand(outside.request, task, outside.session)
        hedge = self._hedges.take if outside.hedge else None
        whole = task == "complete"
        return await self._course(
            errand, candidates, on_text, whole=whole, leave=leave, hedge=hedge
        )

    async def _course(
        self,
        errand: Errand,
        candidates: Sequence[Candidate],
        on_text: Callable[[str], None],
        *,
        whole: bool,
        leave: float = 0.0,
        hedge: Callable[[], bool] | None = None,
    ) -> Done:
        async def send(attempt: Attempt, times: Times, hear: Callable[[str], None]) -> Done:
            return await self._send(errand, attempt, times, hear)

        until = min(errand.request.deadline, time.monotonic() + LONGEST)
        course = Course(send, candidates, until, on_text, whole=whole, leave=leave, may_hedge=hedge)
        return await course.run()

    async def _send(
        self, errand: Errand, attempt: Attempt, times: Times, hear: Callable[[str], None]
    ) -> Done:
        """The one place from which anything leaves. Raises `Fault`, or `Unasked` when nothing did."""
        member, task = attempt.candidate.member, errand.task
        made = errand.cleaned(self._redact)
        session = session_name(errand.session) if member.own else ""
        request = replace(made.request, deadline=times.until, session=session)
        sent = self._admitted(member, task)
        running = asyncio.current_task()
        assert running is not None
        member.running.add(running)
        try:
            engine = await member.engine(task)
            sent.hold = await self._purse.hold(member.preset, task, request, own=member.free)
            sent.begun, sent.due, attempt.sent = time.monotonic(), times.first, True
            done = await _streamed(engine.stream(request), times, sent, Restoring(made, hear))
            return sent.answered(done, made.count)
        except Fault as fault:
            fault.who = member.preset.title
            if fault.kind is Kind.REFUSED:
                member.refusals, member.refused = member.refusals + 1, self._clock()
            sent.failed(fault)
            raise
        finally:
            sent.cancelled()
            member.running.discard(running)

    def _admitted(self, member: Member, task: str) -> Sent:
        """The right to one request. Raises `Unasked`."""
        if member.gone or len(member.running) >= MOST:
            raise Unasked(BUSY.format(title=member.preset.title))
        pass_ = self._breaker.admit(member.line(task))
        if pass_ is None:
            raise Unasked(f"{member.preset.title} is being tried out by another request.")
        if not member.rate.take():
            self._breaker.cancelled(pass_)
            raise Unasked(self._roster.why(member, task)[1])
        return Sent(member, task, pass_, self._breaker, self._latency)

    async def warm(self, task: str, order: Sequence[str] = (FASTEST,)) -> None:
        """Open the connections that the next ask will use. Nothing of the user is sent."""
        members = [one.member for one in self._roster.candidates(task, order)[:WARMED]]
        await asyncio.gather(*(member.warm(task, self._clock) for member in members))

    async def test(self, name: str) -> Tested:
        """Ask a provider for a word with each of its models. What it was blocked for is forgotten."""
        member = self._roster.members.get(name)
        if member is None or member.keyless:
            task = next(iter(member.preset.uses)) if member else TASKS[0]
            return Tested(False, self._roster.nobody(task, (name,)), 0.0)
        begun = time.monotonic()
        try:
            for task, use in member.preset.uses.items():
                self._breaker.forget(member.line(task))
                errand = Errand(trial(use.way, TESTING), task)
                candidate = self._roster.candidate(member, task, None)
                await self._course(errand, [candidate], lambda _: None, whole=True)
        except EngineError as fault:
            return Tested(False, str(fault), (time.monotonic() - begun) * 1000)
        ms = (time.monotonic() - begun) * 1000
        return Tested(True, f"{member.preset.title} answered in {ms:.0f} ms.", ms)


async def _streamed(
    stream: AsyncGenerator[Delta | Done, None],
    times: Times,
    sent: Sent,
    answer: Restoring,
) -> Done:
    """The end of the stream. Hangs up when a text is late: before the first that is a fault."""
    done = None
    try:
        async with asyncio.timeout_at(_of_loop(times.first)) as limit, contextlib.aclosing(stream):
            async for part in stream:
                if isinstance(part, Done):
                    done = part
                    continue
                sent.hears()
                answer.feed(part.text)
                limit.reschedule(_of_loop(time.monotonic() + times.gap))
    except TimeoutError:
        if not sent.first:
            raise Fault(Kind.TIMEOUT) from None
    answer.end()
    return done or Done(End.DEADLINE)


def _of_loop(at: float) -> float | None:
    """`time.monotonic()` as the event loop's time; None for never."""
    if at == float("inf"):
        return None
    return asyncio.get_running_loop().time() + at - time.monotonic()
