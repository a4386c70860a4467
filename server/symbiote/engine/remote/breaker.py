"""Which providers are not worth asking now: a circuit breaker per provider, model and key.

Closed, open, half-open as in M. Nygard, "Release It!", with what asking for completions adds: a key that is typed
cancels, and that says nothing of the provider; Retry-After is no failure but an appointment; a wrong key stays wrong
until there is another one. A probe is a real request. Pure: time and chance are given. Not safe for threads.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from symbiote.engine.remote.errors import Kind

CALLS, SECONDS = 20, 60.0
"""How many calls and how far back are looked at."""
ENOUGH, SHARE, SLOW, IN_A_ROW = 5, 0.5, 10, 3
"""Opens at half of at least five calls failed, ten slow ones, or three in a row that did not reach the provider."""
FIRST, LONGEST = 2.0, 60.0
"""Seconds it stays open at first; twice as long each time a probe fails."""
UNTOLD, MOST = 5.0, 3600.0
"""Seconds after a rate limit that names no time; the longest time that is believed."""
PROVEN = 2
"""Probes that must succeed."""

BLOCKING = frozenset({Kind.UNAUTHORIZED, Kind.QUOTA, Kind.NOT_FOUND})
NEUTRAL = frozenset({Kind.REFUSED})
"""A refused request says nothing of the next one."""


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is the key's fingerprint: another key is another line."""

    provider: str
    model: str
    key: str = ""


class Phase(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    BLOCKED = "blocked"


@dataclass(frozen=True, slots=True)
class Standing:
    """`seconds` until it may be asked, 0 if now, infinite if nothing but a change helps. `why` it is not closed."""

    phase: Phase
    seconds: float = 0.0
    why: Kind | None = None


@dataclass(slots=True, eq=False)
class Pass:
    """The right to one request. Settle it exactly once: `succeeded`, `failed` or `cancelled`."""

    line: Line
    era: int
    probe: bool
    settled: bool = False


@dataclass(slots=True)
class _Circuit:
    """`era` grows with each change, `born` is the one it was last forgotten in."""

    phase: Phase = Phase.CLOSED
    until: float = 0.0
    why: Kind | None = None
    era: int = 0
    born: int = 0
    opened: int = 0
    proven: int = 0
    probing: Pass | None = None
    unreached: int = 0
    calls: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=CALLS))


class Breaker:
    """`clock` is in seconds and never goes back; `chance` gives a number from 0 to 1 for the jitter of ±20 %."""

    def __init__(self, clock: Callable[[], float], chance: Callable[[], float]) -> None:
        self._clock, self._chance = clock, chance
        self._circuits: dict[Line, _Circuit] = {}

    def standing(self, line: Line) -> Standing:
        """How things stand; asks for nothing."""
        circuit = self._circuits.get(line) or _Circuit()
        phase = circuit.phase
        if phase is Phase.BLOCKED:
            return Standing(phase, float("inf"), circuit.why)
        left = max(circuit.until - self._clock(), 0.0)
        if phase is Phase.OPEN and left == 0:
            phase = Phase.HALF_OPEN
        return Standing(phase, left if phase is Phase.OPEN else 0.0, circuit.why)

    def admit(self, line: Line) -> Pass | None:
        """A pass, if the provider may be asked now. Half-open there is one at a time."""
        circuit = self._circuits.setdefault(line, _Circuit())
        phase = self.standing(line).phase
        if phase in (Phase.OPEN, Phase.BLOCKED):
            return None
        if phase is Phase.CLOSED:
            return Pass(line, circuit.era, probe=False)
        circuit.phase = phase
        if circuit.probing is not None:
            return None
        circuit.probing = Pass(line, circuit.era, probe=True)
        return circuit.probing

    def succeeded(self, pass_: Pass, *, slow: bool = False) -> None:
        """The request was answered; `slow` if later than it was of use. A slow probe is a failed one."""
        circuit = self._settle(pass_)
        if circuit is None:
            return
        circuit.unreached = 0
        if not pass_.probe:
            self._note(circuit, "slow" if slow else "ok", Kind.TIMEOUT)
        elif slow:
            self._open(circuit, Kind.TIMEOUT)
        else:
            circuit.proven += 1
            if circuit.proven >= PROVEN:
                self._circuits[pass_.line] = _Circuit(era=circuit.era + 1, born=circuit.born)

    def failed(self, pass_: Pass, kind: Kind, retry_after: float | None = None) -> None:
        """The request ended in a fault. What a wrong key or a rate limit says counts even when it comes late."""
        current = self._circuits.get(pass_.line)
        old = pass_.settled
        circuit = self._settle(pass_)
        if old or current is None or pass_.era < current.born:
            return
        if kind in BLOCKING:
            self._turn(current, Phase.BLOCKED, 0.0, kind)
        elif kind is Kind.RATE_LIMITED or (kind is Kind.OVERLOADED and retry_after):
            wait = UNTOLD if retry_after is None else retry_after
            self._appoint(current, min(max(wait, 1.0), MOST), kind)
        elif circuit is not None and kind not in NEUTRAL:
            circuit.unreached = circuit.unreached + 1 if kind is Kind.NETWORK else 0
            if pass_.probe or circuit.unreached >= IN_A_ROW:
                self._open(circuit, kind)
            else:
                self._note(circuit, "failed", kind)

    def cancelled(self, pass_: Pass) -> None:
        """Somebody typed: says nothing of the provider. A probe's place is free again."""
        self._settle(pass_)

    def forget(self, line: Line) -> None:
        """Begin anew: the user changed something, or asks to try again."""
        circuit = self._circuits.get(line)
        if circuit is not None:
            self._circuits[line] = _Circuit(era=circuit.era + 1, born=circuit.era + 1)

    def _settle(self, pass_: Pass) -> _Circuit | None:
        """The circuit, if the pass is still of its present era; what was asked before a change tells nothing after it."""
        if pass_.settled:
            return None
        pass_.settled = True
        circuit = self._circuits.get(pass_.line)
        if circuit is None or circuit.era != pass_.era:
            return None
        if circuit.probing is pass_:
            circuit.probing = None
        return circuit

    def _note(self, circuit: _Circuit, what: str, kind: Kind) -> None:
        now = self._clock()
        circuit.calls.append((now, what))
        recent = [said for at, said in circuit.calls if now - at <= SECONDS]
        failed, slow = recent.count("failed"), recent.count("slow")
        if (len(recent) >= ENOUGH and failed >= SHARE * len(recent)) or slow >= SLOW:
            self._open(circuit, kind)

    def _open(self, circuit: _Circuit, kind: Kind) -> None:
        wait = min(FIRST * 2.0 ** min(circuit.opened, 10), LONGEST)
        circuit.opened += 1
        self._turn(circuit, Phase.OPEN, wait * (0.8 + 0.4 * self._chance()), kind)

    def _appoint(self, circuit: _Circuit, wait: float, kind: Kind) -> None:
        if circuit.phase is Phase.BLOCKED:
            return
        left = circuit.until - self._clock() if circuit.phase is Phase.OPEN else 0.0
        if wait > left:
            self._turn(circuit, Phase.OPEN, wait, kind)

    def _turn(self, circuit: _Circuit, phase: Phase, wait: float, kind: Kind) -> None:
        circuit.phase, circuit.until, circuit.why = phase, self._clock() + wait, kind
        circuit.era += 1
        circuit.proven, circuit.probing, circuit.unreached = 0, None, 0
        circuit.calls.clear()
