"""Providers that do as they are told, in a time that passes by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from e2e.remote.clouds import without_hunter2
from symbiote.engine.port import Delta, Done, End, Outside
from symbiote.engine.remote import cloud, course, member, presets, sent
from symbiote.engine.remote.chosen import Limits
from symbiote.engine.remote.cloud import Cloud
from symbiote.engine.remote.errors import Fault, Kind
from symbiote.engine.remote.key import Key
from symbiote.engine.remote.presets import Preset
from symbiote.engine.remote.request import Request

FASTEST = ("fastest",)
GROQ = {"GROQ_API_KEY": "gsk-one"}
TEAM = {"baseUrl": "https://llm.example.org/v1", "complete": "m"}

Step = float | str | Kind


@dataclass
class Stage:
    """`plays` are the steps by provider: seconds that pass, texts, faults. `open` counts streams under way."""

    plays: dict[str, list[Step]] = field(default_factory=dict)
    open: int = 0
    asked: list[tuple[str, Request]] = field(default_factory=list)
    warmed: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)

    def set(self, patch: pytest.MonkeyPatch) -> None:
        """Have all providers made from now on be actors, and the time be the event loop's."""

        def now() -> float:
            return asyncio.get_running_loop().time()

        for module in (cloud, course, member, sent):
            patch.setattr(module, "time", SimpleNamespace(monotonic=now))
        ways = {(kind, way) for kind in presets.KINDS for way in presets.WAYS}
        patch.setattr(member, "_prepared", ways)
        patch.setattr(presets, "make", self.make)

    def make(self, chosen: Preset, task: str, key: Key | None) -> Any:
        return Actor(self, chosen.name)


@dataclass
class Actor:
    stage: Stage
    name: str

    async def stream(self, request: Request) -> AsyncGenerator[Delta | Done, None]:
        self.stage.asked.append((self.name, request))
        self.stage.open += 1
        said = False
        left = request.deadline
        try:
            async with asyncio.timeout_at(left):
                for step in self.stage.plays.get(self.name, ["text"]):
                    if isinstance(step, Kind):
                        raise Fault(step)
                    if isinstance(step, str):
                        yield Delta(step)
                        said = True
                    else:
                        await asyncio.sleep(step)
            yield Done(End.EOG)
        except TimeoutError:
            if not said:
                raise Fault(Kind.TIMEOUT) from None
            yield Done(End.DEADLINE)
        finally:
            self.stage.open -= 1

    async def warm(self) -> bool:
        self.stage.warmed.append(self.name)
        return True

    async def close(self) -> None:
        self.stage.closed.append(self.name)


class Book:
    """A budget that counts: `held` are reservations that have not ended."""

    def __init__(self) -> None:
        self.held: set[int] = set()
        self.count = 0
        self.refusing = False

    async def reserve(
        self, provider: str, model: str, task: str, usd_estimate: float, limits: Limits
    ) -> Any:
        await asyncio.sleep(0.001)
        if self.refusing:
            return SimpleNamespace(sentence="Enough is spent.")
        self.count += 1
        self.held.add(self.count)
        return self.count

    def settle(self, reservation: Any, usd: float | None) -> None:
        self.held.remove(reservation)

    def release(self, reservation: Any) -> None:
        self.held.remove(reservation)


def made(environment: dict[str, str] | None = None, book: Book | None = None) -> Cloud:
    loop = asyncio.get_running_loop()
    return Cloud(
        book or Book(),
        without_hunter2,
        environment=environment or {},
        clock=loop.time,
        chance=lambda: 0.5,
    )


async def ask(cloud: Cloud, *order: str, task: str = "complete", session: str = "") -> Done:
    loop = asyncio.get_running_loop()
    request = Request("x", deadline=loop.time() + 10.0)
    return await cloud.run(Outside(order or FASTEST, request, session), task, lambda _: None)


def states(cloud: Cloud) -> dict[str, str]:
    return {one.name: one.state for one in cloud.standing()}
