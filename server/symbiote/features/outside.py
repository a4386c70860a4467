"""Who else than the model on this machine may answer a window, and what is known of those who did.

Whether anything of a window may leave this machine is decided in `order`, and nowhere else: an ask goes out only with an
`Outside`, and that is made with what `order` says.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from symbiote.core.answer import FromOutside
from symbiote.core.errors import SettingError
from symbiote.core.moment import Moment
from symbiote.engine.desk import Lane
from symbiote.engine.port import (
    LOCAL,
    Ask,
    By,
    Done,
    End,
    Engine,
    EngineStatus,
    Outside,
    Request,
    Slot,
    State,
)
from symbiote.engine.remote.modes import DEFAULT, Policy
from symbiote.features.around import REMOTE, away
from symbiote.features.typed import plain
from symbiote.finish.code_fence import code_fence

if TYPE_CHECKING:
    from symbiote.features.house import House, Window

WAKE = 20.0
"""Seconds between two looks at the connections. Servers close idle ones after 15 s to a few minutes."""


@dataclass(frozen=True, slots=True)
class Route:
    """A window's modes by name. `local_only`: nothing of it leaves this machine, whatever the modes say."""

    complete: str = DEFAULT
    rewrite: str = DEFAULT
    local_only: bool = False


class Standing(Protocol):
    """How a provider that is turned on stands (`engine/remote/cloud.py`)."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def models(self) -> Mapping[str, str]: ...
    @property
    def state(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def p50(self) -> float | None: ...


class Tested(Protocol):
    """What came of trying a provider."""

    @property
    def ok(self) -> bool: ...
    @property
    def sentence(self) -> str: ...
    @property
    def ms(self) -> float: ...


@dataclass(frozen=True, slots=True)
class NotTested:
    sentence: str
    ok: bool = False
    ms: float = 0.0


class Front(Protocol):
    """Where asks are handed in: the desk, or a router in front of it (`engine/desk.py`, `engine/router.py`)."""

    @property
    def engine(self) -> Engine: ...
    async def run(
        self,
        lane: Lane,
        ask: Ask,
        on_text: Callable[[str], None],
        on_drafts: Callable[[int], None] | None = None,
    ) -> Done: ...
    def promote(self, window: str) -> None: ...
    def leave(self, window: str) -> None: ...


class Totals(Protocol):
    """What all providers have cost, in USD; no cap is None (`engine/remote/spend.py`)."""

    @property
    def day(self) -> float: ...
    @property
    def month(self) -> float: ...
    @property
    def cap_day(self) -> float | None: ...
    @property
    def cap_month(self) -> float | None: ...


class Spend(Protocol):
    """What all providers have cost (`engine/remote/spend.py`)."""

    @property
    def recent(self) -> Totals: ...
    async def close(self) -> None: ...


class Providers(Protocol):
    """All that are turned on, for all windows (`engine/remote/cloud.py`)."""

    def keys(self, keys: Mapping[str, str]) -> list[str]: ...
    def standing(self) -> Sequence[Standing]: ...
    def able(self, task: str, order: Sequence[str]) -> bool: ...
    def status(self, task: str, order: Sequence[str]) -> EngineStatus | None: ...
    async def warm(self, task: str) -> None: ...
    async def test(self, name: str) -> Tested: ...
    async def close(self) -> None: ...


def policy(house: House, window: Window, task: str) -> Policy:
    """What the window's mode says of a task, `complete` or `rewrite`. Looked up once: it may be a file of the user's."""
    route = window.route
    if task not in window.policies:
        name = route.complete if task == Slot.COMPLETE else route.rewrite
        try:
            window.policies[task] = house.mode(name).policy(task)
        except SettingError:  # the file has it no longer
            window.policies[task] = house.mode(DEFAULT).policy(task)
    return window.policies[task].within(local_only=route.local_only)


def order(house: House, window: Window, task: str) -> tuple[str, ...]:
    """Who may be asked and in which order; empty where nobody elsewhere may or can be."""
    if house.cloud is None or window.route.local_only:
        return ()
    found = policy(house, window, task).order
    if all(name == LOCAL for name in found) or not house.cloud.able(task, found):
        return ()
    return found


def instead(
    house: House, task: str, order: Sequence[str], local: EngineStatus
) -> EngineStatus | None:
    """Whoever of an order is asked in place of the model here: because it comes later, or is not ready. None where it is not."""
    if not order or house.cloud is None or (order[0] == LOCAL and local.state is State.READY):
        return None
    return house.cloud.status(task, order)


def outside(window: Window, order: tuple[str, ...], request: Request, policy: Policy) -> Outside:
    """`request` for those whom `order` names."""
    return Outside(order, request, window.id, policy.hedge)


def answered(engine: EngineStatus, by: By | None, local: EngineStatus) -> EngineStatus:
    """Who it was in the end, where `engine` was to be asked first."""
    if by is not None:
        return EngineStatus(State.READY, name=by.provider, model=by.model, device=REMOTE)
    return local if away(engine) else engine


def titled(house: House, name: str) -> str:
    """What a provider is called."""
    standing = house.cloud.standing() if house.cloud is not None else ()
    return next((one.title for one in standing if one.name == name), name)


def told(done: Done) -> FromOutside | None:
    """What there is to say of an answer that came from elsewhere."""
    by, cost = done.by, done.cost
    if by is None:
        return None
    return FromOutside(
        by.provider,
        by.title,
        by.model,
        cost.tokens.prompt,
        by.cached,
        cost.tokens.generated,
        by.usd,
        round(cost.timing.prefill + cost.timing.decode, 1),
    )


def shaped(raw: str, done: Done, state: Moment, *, first_line: bool) -> str:
    """A provider's text for a place, as an engine here would have written it: without a fence, and of one line only where more
    is not wanted or does not fit.
    """
    text = plain(code_fence(raw, state))
    if not first_line and not state.after.strip():
        return text
    lines = text.split("\n")
    first = next((n for n, line in enumerate(lines) if line.strip()), None)
    if first is None or first + 1 == len(lines):
        return text
    done.end = End.LINE
    return "\n".join(lines[: first + 1]) + "\n"


def tell_keys(house: House, window: Window, keys: Mapping[str, str]) -> list[str]:
    """Sentences about keys that cannot be used. Those of the window that spoke last go first."""
    house.keys.pop(window.id, None)
    house.keys[window.id] = dict(keys)
    return _keys(house)


def forget_keys(house: House, window: Window) -> None:
    """The window is gone, and its keys with it."""
    if house.keys.pop(window.id, None):
        _keys(house)


async def tried(house: House, window: Window, name: str) -> Tested:
    """Ask a provider for a word. Nothing of the user is sent; from a window that is to stay here not even that."""
    if house.cloud is None:
        return NotTested("This server asks no providers.")
    if window.route.local_only:
        return NotTested("This workspace never leaves this machine; test the key in another one.")
    return await house.cloud.test(name)


async def warm(house: House, window: Window, task: str) -> None:
    """Open the connections that the window's next ask would use. Nothing of the user is sent."""
    if order(house, window, task) and house.cloud is not None:
        await house.cloud.warm(task)


def wake(house: House, window: Window, *, again: bool = False) -> None:
    """Somebody works in the window: connections that were closed meanwhile are opened. `again`: something about providers
    has changed, or it is looked at now whenever that was done last.
    """
    now = time.monotonic()
    if house.cloud is None or (now - window.woken < WAKE and not again):
        return
    window.woken = now
    window.waking = asyncio.create_task(warm(house, window, Slot.COMPLETE))


def _keys(house: House) -> list[str]:
    known: dict[str, str] = {}
    for keys in house.keys.values():
        known |= keys
    return house.cloud.keys(known) if house.cloud is not None else []
