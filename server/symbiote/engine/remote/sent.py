"""What is known of one request while it is under way, and what it means for breaker, latency and money once it has ended."""

from __future__ import annotations

import time
from dataclasses import dataclass

from symbiote.engine.port import By, Done, End
from symbiote.engine.remote.breaker import Breaker, Pass
from symbiote.engine.remote.budget import Hold
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.latency import Latency
from symbiote.engine.remote.member import Member
from symbiote.engine.remote.order import FLOOR, SPARE

UNBILLED = frozenset(Kind) - {Kind.TIMEOUT, Kind.PROTOCOL, Kind.TOO_LARGE}
"""Before the first text. In the others the provider may have begun to work."""


@dataclass(eq=False, slots=True)
class Sent:
    """One request. Exactly one of `answered`, `failed` and `cancelled` ends it; each after the first does nothing.

    `begun`, `first` and `due` are `time.monotonic()` in seconds: `first` of the first text, 0 before it, `due` when that was expected.
    """

    member: Member
    task: str
    pass_: Pass
    breaker: Breaker
    latency: Latency
    hold: Hold | None = None
    begun: float = 0.0
    first: float = 0.0
    due: float = float("inf")
    pieces: int = 0
    ended: bool = False

    def hears(self) -> None:
        """A text came."""
        self.pieces += 1
        self.member.refusals = 0
        if not self.first:
            self.first = time.monotonic()
            self.latency.took(self.member.name, self.task, (self.first - self.begun) * 1000)

    def answered(self, done: Done, redacted: int) -> Done:
        """The answer is there; `done`, with who gave it and what it cost."""
        self.ended = True
        self.breaker.succeeded(self.pass_, slow=done.end is End.DEADLINE)
        tokens = done.cost.tokens
        paid = saved = None
        if self.hold is not None:
            generated = tokens.generated or self.pieces
            paid = self.hold.settle(tokens.prompt, tokens.cached, generated, tokens.written)
            saved = self.hold.price.saved(tokens) if self.hold.price else None
        preset = self.member.preset
        model = preset.uses[self.task].model
        done.by = By(preset.name, preset.title, model, paid, tokens.cached, 1, redacted, saved)
        return done

    def failed(self, fault: Fault) -> None:
        """It ended in a fault. One that was hurried more than is fair was only slow."""
        if self.ended:
            return
        self.ended = True
        waited = time.monotonic() - self.begun if self.begun else 0.0
        if fault.kind is Kind.TIMEOUT and not self._fair(waited):
            self.breaker.succeeded(self.pass_, slow=True)
        else:
            self.breaker.failed(self.pass_, fault.kind, fault.retry_after)
        if fault.kind is Kind.TIMEOUT and not self.first and self.begun:
            self.latency.waited(self.member.name, self.task, waited * 1000)
        self._pay(free=not self.first and fault.kind in UNBILLED)

    def cancelled(self) -> None:
        """Nobody waits any longer: says nothing of the provider, unless its first text was due before."""
        if self.ended:
            return
        if self.begun and not self.first and time.monotonic() >= self.due:
            self.failed(Fault(Kind.TIMEOUT))
            return
        self.ended = True
        self.breaker.cancelled(self.pass_)
        if self.begun and not self.first:
            self.latency.waited(self.member.name, self.task, (time.monotonic() - self.begun) * 1000)
        self._pay(free=not self.begun)

    def _fair(self, waited: float) -> bool:
        usual = self.latency.p50(self.member.name, self.task, answered=True)
        return waited >= max(FLOOR, SPARE * (usual or 0.0) / 1000)

    def _pay(self, *, free: bool) -> None:
        if self.hold is None:
            return
        if free:
            self.hold.release()
        else:
            self.hold.settle(0, 0, self.pieces)
