"""What broke the flow, as far as it can be told without being asked. Pure; times are seconds of the session's clock.

One trouble is one interruption: what comes right after another is taken for its consequence.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from symbiote.core.answer import Reason
from symbiote.core.flow import Cause

WAIT_MS = 500.0
"""Milliseconds somebody who asked by hand waits without noticing."""
AWAY = 30.0
THINK = 20.0
"""A pause after a bad answer that is longer than this is no longer the rhythm of typing."""
LONGEST = 600.0
"""Seconds: what is longer was no interruption but something else."""
SAME, ANY = 60.0, 15.0
"""Seconds in which the same cause, and any cause, is still the same trouble."""
TROUBLES = frozenset(
    {
        Reason.ENGINE_DIED,
        Reason.NO_MODEL,
        Reason.NO_REWRITE_MODEL,
        Reason.REFUSED,
        Reason.INTERNAL,
    }
)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What it was, for how many seconds, and whether somebody said so."""

    cause: str
    seconds: float
    logged: bool = False


@dataclass(slots=True)
class Senses:
    """What is watched during one session. Each method says what has just been found to have broken the flow, or nothing."""

    busy: float
    bad: float | None = None
    away: float | None = None
    focused: set[str] = field(default_factory=set)
    _last: Disturbance | None = None
    _at: float = 0.0

    def answered(
        self, reason: Reason | None, by_hand: bool, waited_ms: float, now: float
    ) -> Disturbance | None:
        """An ask came to its end."""
        if reason in TROUBLES:
            return self._found(Cause.TROUBLE, waited_ms / 1000, now)
        late = waited_ms > WAIT_MS and reason not in (Reason.CANCELLED, Reason.SUPERSEDED)
        return self._found(Cause.SLOW, waited_ms / 1000, now) if by_hand and late else None

    def rejected(self, now: float) -> None:
        """An answer was sent away, or undone."""
        self.bad = now

    def worked(self, now: float) -> Disturbance | None:
        """Something was typed, asked for or taken."""
        since, self.bad, self.busy = self.bad, None, now
        if since is None or now - since <= THINK:
            return None
        return self._found(Cause.WRONG, now - since, now)

    def looks(self, window: str, focused: bool, now: float) -> Disturbance | None:
        """A window has the focus, or has lost it. Somebody is away when no window has it."""
        before = bool(self.focused)
        (self.focused.add if focused else self.focused.discard)(window)
        if before and not self.focused:
            self.away = now
        if not self.focused or self.away is None:
            return None
        gone, self.away = now - self.away, None
        if gone <= AWAY:
            return None
        self.bad = None
        return self._found(Cause.AWAY, gone, now)

    def logged(self, cause: str, now: float) -> Disturbance | None:
        """Somebody says so: seconds since something was last done. What was noticed just before is not counted twice."""
        noticed = self._last is not None and not self._last.logged and self._last.cause == cause
        self.bad = None
        if noticed and now - self._at < SAME:
            self._last = Disturbance(cause, 0.0, logged=True)
            return None
        self._last = Disturbance(cause, _bounded(now - self.busy), logged=True)
        self._at = now
        return self._last

    def rests(self, now: float) -> None:
        """The session is paused, or goes on: what began before is over."""
        self.bad = None
        self.away = None if self.focused or self.away is None else now
        self.busy = now

    def _found(self, cause: Cause, seconds: float, now: float) -> Disturbance | None:
        began = now - _bounded(seconds)
        if self._last is not None:
            reach = SAME if self._last.cause == cause else ANY
            if began - self._at < reach:
                self._at = now
                return None
        self._last, self._at = Disturbance(cause.value, _bounded(seconds)), now
        return self._last


def _bounded(seconds: float) -> float:
    return round(min(max(0.0, seconds), LONGEST), 1)
