"""A double for the providers: says what it is told to, for those that are on, and remembers what it was sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from symbiote.core.errors import EngineGone
from symbiote.core.timing import Cost, Tokens
from symbiote.engine.desk import Desk
from symbiote.engine.port import By, Done, End, EngineStatus, Outside, State
from symbiote.engine.remote.roster import ProviderStatus
from symbiote.engine.router import Router
from symbiote.features.outside import NotTested, Tested
from unit.doubles import FakeEngine, FakeHouse


@dataclass
class FakeCloud:
    """One provider, `far`, that answers with `text`, piece by piece for rewrites; `fault` is raised after `heard` pieces."""

    text: str = "far away"
    on: bool = True
    fault: str = ""
    heard: int = 0
    delay: float = 0.0
    asks: list[Outside] = field(default_factory=list)
    warmed: list[str] = field(default_factory=list)
    known: dict[str, str] = field(default_factory=dict)

    def keys(self, keys: Mapping[str, str]) -> list[str]:
        self.known = dict(keys)
        return []

    def standing(self) -> Sequence[ProviderStatus]:
        models = {"complete": "m", "rewrite": "r"}
        state = "ready" if self.on else "blocked"
        return [ProviderStatus("far", "Far", models, state, "" if self.on else "Far is closed.")]

    def able(self, task: str, order: Sequence[str]) -> bool:
        return self.on

    def status(self, task: str, order: Sequence[str]) -> EngineStatus | None:
        if not self.on:
            return None
        return EngineStatus(State.READY, name="far", model=task[0], device="remote")

    async def run(
        self, outside: Outside, task: str, on_text: Callable[[str], None], *, leave: float = 0.0
    ) -> Done:
        self.asks.append(outside)
        await asyncio.sleep(self.delay)
        pieces = [self.text] if task == "complete" else self.text.splitlines(keepends=True)
        for number, piece in enumerate(pieces):
            if self.fault and number == self.heard:
                raise EngineGone(self.fault)
            on_text(piece)
        if self.fault:
            raise EngineGone(self.fault)
        cost = Cost(tokens=Tokens(prompt=20, generated=3))
        return Done(End.EOG, cost=cost, by=By("far", "Far", task[0], 0.001, cached=8))

    async def warm(self, task: str) -> None:
        self.warmed.append(task)

    async def test(self, name: str) -> Tested:
        return NotTested(f"{name} answered.", ok=True, ms=1.0)

    async def close(self) -> None:
        return


def outdoors(home: FakeHouse, cloud: FakeCloud) -> FakeHouse:
    """The house with providers."""
    engine = home.desk.engine
    assert isinstance(engine, FakeEngine)
    home.cloud = cloud
    home.desk = Router(Desk(engine), cloud)
    return home
