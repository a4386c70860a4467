"""One request to a provider, timed: through `Cloud`, as the daemon asks, or at the provider's own class for simulations.

What the figures are made of comes from the stream itself: the time to the first text, and the tokens as the provider counts
them, or its pieces where it does not.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from symbiote.core.errors import EngineError, UserError
from symbiote.engine.port import Done, Outside
from symbiote.engine.remote.budget import Budget, Unlimited
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.provider import Provider
from symbiote.engine.remote.request import Request

PER_MINUTE = 1_000_000
"""A benchmark says beforehand how much it asks, and is not held back by the limit that protects from loops."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Milliseconds to the first text and to the end; `fault` is a sentence where there is no answer.

    `cached` are tokens of the prompt that the provider had read before; `usd` is None where no price is known.
    """

    first_ms: float = 0.0
    whole_ms: float = 0.0
    generated: int = 0
    cached: int = 0
    usd: float | None = None
    attempts: int = 0
    fault: str = ""

    @property
    def tokens_per_s(self) -> float | None:
        """After the first token; None for answers too short to tell."""
        after = (self.whole_ms - self.first_ms) / 1000
        return (self.generated - 1) / after if self.generated > 1 and after > 0 else None


def cloud(
    raw: Mapping[str, Any],
    environment: Mapping[str, str] = os.environ,
    spend: Budget | None = None,
) -> Cloud:
    """The setting `symbiote.providers`, turned on; without `spend` money has no limit. Raises `UserError` for what of it cannot be used."""
    made = Cloud(spend or Unlimited(), environment=environment)
    limits = {**raw.get("limits", {}), "requestsPerMinute": PER_MINUTE}
    for complaint in made.configure({**raw, "limits": limits}):
        raise UserError(complaint)
    return made


async def ask(of: Cloud, name: str, task: str, request: Request, session: str = "") -> Sample:
    """Ask the provider `name`, and nobody else."""
    begun = time.monotonic()
    try:
        done = await of.run(Outside((name,), request, session), task, lambda _: None)
    except EngineError as error:
        return Sample(whole_ms=(time.monotonic() - begun) * 1000, fault=str(error))
    return _sample(done, begun)


async def ask_class(provider: Provider, request: Request) -> Sample:
    """Ask a provider's class itself."""
    begun = time.monotonic()
    try:
        async with contextlib.aclosing(provider.stream(request)) as stream:
            done = [part async for part in stream if isinstance(part, Done)]
        if not done:
            raise Fault(Kind.PROTOCOL)
    except EngineError as error:
        return Sample(whole_ms=(time.monotonic() - begun) * 1000, fault=str(error))
    return _sample(done[0], begun)


def _sample(done: Done, begun: float) -> Sample:
    timing, tokens, by = done.cost.timing, done.cost.tokens, done.by
    return Sample(
        timing.prefill,
        timing.total or (time.monotonic() - begun) * 1000,
        tokens.generated,
        by.cached if by else tokens.cached,
        by.usd if by else None,
        by.attempts if by else 1,
    )
