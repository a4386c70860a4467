"""Test doubles behind the ports: an engine that says what it is told to, and a house around it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from symbiote.core.pieces import Keep, Text
from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import Desk
from symbiote.engine.port import Ask, Delta, Done, End, EngineStatus, State
from symbiote.features.house import House
from symbiote.metrics.ledger import Ledger
from symbiote.prompt.family import choose

SPECIALS = frozenset({"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"})
READY = EngineStatus(State.READY, model="double", family="qwen", context=2048, specials=SPECIALS)


def sides(ask: Ask) -> tuple[str, str]:
    """The text before and after the cursor, whatever the prompt's layout."""
    before, after = (
        "".join(p.text for p in ask.pieces if isinstance(p, Text) and p.keep is keep)
        for keep in (Keep.END, Keep.START)
    )
    return before, after


@dataclass
class FakeEngine:
    """Reads for `first` seconds, then yields `tokens`, each after `delay` seconds.

    Counts what it began, finished and was stopped in.
    """

    tokens: list[str] = field(default_factory=lambda: ["answer"])
    delay: float = 0.0
    first: float = 0.0
    confidence: float = -0.1
    end: End = End.EOG
    error: Exception | None = None
    state: EngineStatus = READY
    began: int = 0
    finished: int = 0
    stopped: int = 0
    running: int = 0
    asks: list[Ask] = field(default_factory=list)

    @property
    def status(self) -> EngineStatus:
        return self.state

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        assert self.running == 0, "two asks at once"
        self.asks.append(ask)
        self.began += 1
        self.running += 1
        before = self.finished
        try:
            await asyncio.sleep(self.first)
            for token in self.tokens:
                await asyncio.sleep(self.delay)
                yield Delta(token)
            if self.error:
                raise self.error
            self.finished += 1
            yield Done(self.end, self.confidence)
        finally:
            self.running -= 1
            self.stopped += self.finished == before

    async def close(self) -> None:
        pass


@dataclass
class Author(FakeEngine):
    """Knows how the text goes on: after a beginning of `story` it writes the rest of the line, letter by letter;
    after anything else it writes a question mark.
    """

    story: str = ""

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        prefix = sides(ask)[0]
        rest = self.story.removeprefix(prefix) if self.story.startswith(prefix) else "?"
        line = rest.lstrip("\n").split("\n")[0]
        self.tokens = list(rest[: rest.index(line) + len(line) + 1])
        async with contextlib.aclosing(super().stream(ask)) as stream:
            async for part in stream:
                if isinstance(part, Done):
                    part.cost.tokens.generated = len(self.tokens)
                yield part


@dataclass
class Narrator(FakeEngine):
    """Answers with `tokens` whatever the prompt, and goes on after those it said.

    `computed` are the tokens of long answers, in the order in which it wrote them.
    """

    computed: list[str] = field(default_factory=list)

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        assert self.running == 0, "two asks at once"
        self.asks.append(ask)
        self.running += 1
        done = Done(End.EOG)
        try:
            for number, token in enumerate(self.tokens):
                if len("".join(self.tokens[: number + 1])) <= len(ask.said):
                    continue
                await asyncio.sleep(self.delay)
                self.computed += [token] if ask.lines == 0 else []
                done.cost.tokens.generated += 1
                yield Delta(token)
                if ask.spent + done.cost.tokens.generated == ask.limit:
                    done.end = End.LIMIT
                    break
            yield done
        finally:
            self.running -= 1


class FakeHouse(House):
    """A house whose watchers can be told that the engine's status changed."""

    __slots__ = ("watchers",)

    def become(self, **changes: object) -> None:
        engine = self.desk.engine
        assert isinstance(engine, FakeEngine)
        engine.state = replace(engine.state, **changes)  # type: ignore[arg-type]
        for watcher in tuple(self.watchers):
            watcher()


def house(folder: Path, engine: FakeEngine) -> FakeHouse:
    watchers: list[Callable[[], None]] = []

    def watch(watcher: Callable[[], None]) -> Callable[[], None]:
        watchers.append(watcher)
        return lambda: watchers.remove(watcher)

    def configure(settings: MachineSettings) -> None:
        pass

    made = FakeHouse(
        desk=Desk(engine),
        ledger=Ledger(folder / "ledger.sqlite3"),
        family=lambda: choose(engine.state.family, engine.state.model, engine.state.specials),
        configure=configure,
        restart=lambda: None,
        watch=watch,
    )
    made.watchers = watchers
    return made
