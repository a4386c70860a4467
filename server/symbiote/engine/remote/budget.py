"""What may be sent: requests a minute, second requests beside slow ones, money."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from symbiote.core.errors import EngineError
from symbiote.engine.remote import price
from symbiote.engine.remote.chosen import Limits
from symbiote.engine.remote.presets import Preset, Price
from symbiote.engine.remote.request import Request

MINUTE, LEAST = 60.0, 1e-6
SHARE, BURST = 0.05, 3.0
"""Of all asks, how many may be sent to a second provider while the first one is slow; and how many of these in a row.
J. Dean and L. A. Barroso, "The Tail at Scale", 2013: hedging after the 95th percentile adds about that load."""


REFUSED_SECONDS = 30.0
"""How long a refusal is believed before the budget is asked again."""


class Unasked(EngineError):
    """Nothing was sent, for a reason on this side; the text says which."""


class Budget(Protocol):
    """Money, reserved before anything is sent. `reserve` gives a reservation, or a refusal, which has a `sentence`; cancelled it
    leaves none. `settle` takes None where the cost is not known: then it is what was reserved."""

    async def reserve(
        self, provider: str, model: str, task: str, usd_estimate: float, limits: Limits
    ) -> Any: ...
    def settle(self, reservation: Any, usd: float | None) -> None: ...
    def release(self, reservation: Any) -> None: ...


class Unlimited:
    """A budget without an end, for what costs nothing and for tests."""

    async def reserve(
        self, provider: str, model: str, task: str, usd_estimate: float, limits: Limits
    ) -> Any:
        return None

    def settle(self, reservation: Any, usd: float | None) -> None:
        return

    def release(self, reservation: Any) -> None:
        return


class Rate:
    """At most `most` requests within any 60 seconds."""

    def __init__(self, most: int, clock: Callable[[], float]) -> None:
        self.most = most
        self._clock = clock
        self._sent: deque[float] = deque()

    def wait(self) -> float:
        """Seconds until one may be sent, 0 if now."""
        now = self._clock()
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        if len(self._sent) < self.most:
            return 0.0
        if not self.most:
            return MINUTE
        since = now - self._sent[len(self._sent) - self.most]
        return max(MINUTE - since, LEAST)  # rounding must not make it none, nor more than a minute

    def take(self) -> bool:
        """Whether one may be sent now; it is then counted."""
        if self.wait() > 0:
            return False
        self._sent.append(self._clock())
        return True


class Hedges:
    """Every ask earns a twentieth of a second request, and at most three are saved up."""

    def __init__(self) -> None:
        self._saved = 0.0

    def earn(self) -> None:
        self._saved = min(self._saved + SHARE, BURST)

    def take(self) -> bool:
        if self._saved < 1.0:
            return False
        self._saved -= 1.0
        return True


@dataclass(slots=True)
class Hold:
    """Money that is reserved for one request. End it once, with `settle` or `release`."""

    budget: Budget
    reservation: Any
    price: Price | None
    prompt: int

    def settle(self, prompt: int, cached: int, generated: int, written: int = 0) -> float | None:
        """What it cost by the provider's count of tokens, 0 where it told none. USD, None where no price is known."""
        told = self.price
        prompt = prompt or self.prompt
        cost = price.usd(told, prompt, cached, generated, written) if told else None
        if self.reservation is not None:
            self.budget.settle(self.reservation, cost)
        return cost

    def release(self) -> None:
        """Nothing was sent, or nothing that is billed."""
        if self.reservation is not None:
            self.budget.release(self.reservation)


class Purse:
    """Asks the budget before each request. Where no price is known the dearest known one is reserved, and stays spent."""

    def __init__(self, budget: Budget, clock: Callable[[], float]) -> None:
        self.limits = Limits()
        self._budget = budget
        self._clock = clock
        self._refused: tuple[float, str] = (-REFUSED_SECONDS, "")

    @property
    def refused(self) -> str:
        """Why the budget refused a moment ago, "" if it did not."""
        at, sentence = self._refused
        return sentence if self._clock() - at < REFUSED_SECONDS else ""

    def forget(self) -> None:
        self._refused = (-REFUSED_SECONDS, "")

    async def hold(self, preset: Preset, task: str, request: Request, *, own: bool) -> Hold:
        """Reserve what `request` may cost at most; of a server of one's `own` without a price nothing. Raises `Unasked`."""
        model = preset.uses[task].model
        told = price.price(preset, model, own)
        prompt = price.tokens(request)
        most = price.most(told or price.dearest(), prompt, request.limit)
        if most == 0:
            return Hold(self._budget, None, told, prompt)
        found = await self._budget.reserve(preset.name, model, task, most, self.limits)
        if sentence := getattr(found, "sentence", ""):
            self._refused = (self._clock(), sentence)
            raise Unasked(sentence)
        self.forget()
        return Hold(self._budget, found, told, prompt)
