"""Typing with a model that reads the suffix last: what a key costs, and that answers are those of asking afresh."""

from __future__ import annotations

import contextlib
import json
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.app import open_house
from symbiote.core import paths
from symbiote.core.answer import Origin, Suggestion
from symbiote.core.settings import WindowSettings
from symbiote.core.timing import Cost
from symbiote.engine.local import catalogue
from symbiote.engine.port import Ask, Done, End, Engine, State
from symbiote.engine.router import Router
from symbiote.features.around import identity
from symbiote.features.complete import complete
from symbiote.features.extend import First
from symbiote.features.house import House, Window
from symbiote.features.prefetch import look_ahead
from symbiote.features.reuse import Drawn
from symbiote.prompt.family import families
from symbiote.prompt.fim import fim
from unit.engine.engines import CODE, disturb, running, say, until
from unit.marked import moment as marked

pytestmark = pytest.mark.asyncio

ABOVE = CODE * 3
BELOW = "\n\n\n" + CODE * 16
PATIENT = WindowSettings(deadline_ms=30_000)
LINE = "zorp = quix(vlam) / max(1, len(trub)) if plimf[3]"
"""Nothing a model foresees, so that most keys are computed."""


@pytest.fixture(scope="module")
def prefix_first(folder: Path) -> Path:
    """The embedded weights under a name of the family qwen: the same tokens, prefix first, and no ranking."""
    path = folder / "qwen-of-a-kind.gguf"
    shutil.copyfile(catalogue.find("embedded").path, path)
    return path


class Heard:
    """An engine that keeps what it was asked for and what came of it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.asks: list[tuple[Ask, str, Done]] = []

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def stream(self, ask: Ask) -> AsyncIterator[object]:
        said = ""
        async for part in self._engine.stream(ask):
            if isinstance(part, Done):
                self.asks.append((ask, said, part))
            else:
                said += part.text
            yield part


@contextlib.asynccontextmanager
async def listening(model: Path) -> AsyncIterator[House]:
    """The whole house with `model`, ready."""
    paths.state().mkdir(parents=True, exist_ok=True)
    (paths.state() / "machine.json").write_text(json.dumps({"model": str(model)}), "utf-8")
    made = open_house()
    assert isinstance(made.desk, Router)
    desk = made.desk.desk
    engine = desk.engine
    await until(lambda: engine.status.state in (State.READY, State.OFF))
    assert engine.status.state is State.READY, engine.status.reason
    desk.engine = Heard(engine)
    try:
        yield made
    finally:
        await engine.close()
        made.ledger.close()


def heard(house: House) -> list[tuple[Ask, str, Done]]:
    engine = house.desk.engine
    assert isinstance(engine, Heard)
    return engine.asks


async def type_keys(house: House, window: Window, text: str, since: int = 0) -> list[int]:
    """Asks behind each key of `text` from `since` on; the tokens read for the answers that were computed."""
    costs = []
    for count in range(since, len(text) + 1):
        asks = len(heard(house))
        at = replace(marked(ABOVE + text[:count] + "▮" + BELOW), asked_at=time.monotonic())
        await complete(house, window, at)
        costs += [done.cost.tokens.evaluated for _, _, done in heard(house)[asks:]]
    return costs


def suggestion(text: str, column: int) -> Suggestion:
    return Suggestion("", text, column, column, Origin.COMPUTED, "", "", 0.0, Cost())


async def test_a_key_costs_few_tokens_and_the_answer_is_the_same(prefix_first: Path) -> None:
    async with listening(prefix_first) as house:
        assert house.family().name == "qwen"
        costs = await type_keys(house, Window("w", PATIENT), LINE)
        asked = heard(house)
    assert len(costs) >= 20
    assert costs[0] > 200, "all of it, once"
    assert max(costs[1:]) <= 8
    assert sum(costs[1:]) <= 3 * len(costs)
    async with running(prefix_first) as fresh:
        for ask, said, done in asked[:: len(asked) // 12]:
            await disturb(fresh)
            again, afresh = await say(fresh, replace(ask, deadline=float("inf")))
            assert again == said
            assert afresh.cost.tokens.evaluated > 200
            assert afresh.cost.tokens.prompt == done.cost.tokens.prompt


async def test_without_an_anchor_each_key_costs_the_suffix(prefix_first: Path) -> None:
    """Else the test above proves nothing."""
    async with running(prefix_first) as engine:
        costs = []
        for count in range(1, 8):
            pieces = fim(families()["qwen"], ABOVE + "x = (" + "1, " * count, BELOW)
            _, done = await say(engine, Ask(pieces, 4, heal=True))
            costs.append(done.cost.tokens.evaluated)
        assert min(costs) > 200


async def test_after_a_pause_the_next_key_finds_its_prompt_read(prefix_first: Path) -> None:
    window = Window("w", PATIENT)
    async with listening(prefix_first) as house:
        lines = f"{LINE}\n{LINE}\n    snarf ="
        await type_keys(house, window, lines)
        at = replace(marked(ABOVE + lines + "▮" + BELOW), asked_at=time.monotonic())
        status = house.desk.engine.status
        page = window.memory.page(at.document.uri, identity(status))
        drawn = Drawn(b"", at.line, at.column, " else 0", Done(End.LINE))
        shown = suggestion(" else 0", at.column)
        look_ahead(house, window, First(at, shown, drawn, status, page))
        await until(lambda: heard(house)[-1][0].limit == 0)
        ask, _, done = heard(house)[-1]
        assert done.cost.tokens.evaluated > 200
        asks = len(heard(house))
        await type_keys(house, window, lines + " plimf(8)", since=len(lines) + 1)
        later = [one for one in heard(house)[asks:] if one[0].limit]
        assert later
        for next_ask, _, after in later:
            assert next_ask.pieces[: len(ask.pieces) - 1] == ask.pieces[:-1]
            assert after.cost.tokens.evaluated <= 8
