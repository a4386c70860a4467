"""Who else is asked for a completion, what is sent, and what becomes of the answer."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.answer import Answer, Reason, Silence, Suggestion
from symbiote.core.errors import EngineGone
from symbiote.core.moment import Trigger
from symbiote.core.settings import Eagerness, WindowSettings
from symbiote.engine.port import By, Done, End, State
from symbiote.engine.remote.modes import Mode, Policy
from symbiote.features.follow import leave, rerouted
from symbiote.features.house import Window
from symbiote.features.outside import Route, order, shaped, tell_keys, tried
from symbiote.features.prefetch import PAUSE
from symbiote.features.why import explain
from unit.clock import run
from unit.doubles import READY, Author, FakeEngine, FakeHouse, house
from unit.editor import Editor, listening
from unit.features.blocks import STORY
from unit.marked import moment
from unit.outdoors import FakeCloud, outdoors

OFF = replace(READY, state=State.OFF, reason="It is off.")
LOADING = replace(READY, state=State.LOADING)
FAR_FIRST = Policy(("fastest", "local"))


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def cloud() -> FakeCloud:
    return FakeCloud()


@pytest.fixture
def home(tmp_path: Path, engine: FakeEngine, cloud: FakeCloud) -> Iterator[FakeHouse]:
    made = outdoors(house(tmp_path, engine), cloud)
    yield made
    made.ledger.close()


async def asked(editor: Editor, trigger: Trigger = Trigger.AUTOMATIC) -> Answer:
    return await editor.ask(trigger=trigger)


def by(answer: Answer) -> str:
    assert isinstance(answer, Suggestion), answer
    return f"{answer.engine} {answer.model}: {answer.text}"


@pytest.mark.parametrize("state", [OFF, LOADING])
def test_where_no_model_is_ready_a_provider_answers(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud, state: object
) -> None:
    engine.state = state  # type: ignore[assignment]

    async def play() -> None:
        editor = Editor(home, "x = ")
        answer = await asked(editor)
        assert by(answer) == "far c: far away"
        assert isinstance(answer, Suggestion)
        assert answer.outside == editor.window.outside
        assert answer.outside is not None
        assert (answer.outside.title, answer.outside.cached_tokens) == ("Far", 8)
        assert cloud.asks[0].request.prefix == "x = "
        assert cloud.asks[0].session == editor.window.id
        await asyncio.sleep(PAUSE + 2.0)
        assert engine.began == 0
        assert len(cloud.asks) == 1  # nothing ahead of time
        assert editor.window.readout.computed == 1
        told = explain(editor.window, home).text
        assert "Far answered with c: 20 tokens in (8 of them cached), 3 out, 0.001000 USD" in told
        assert "no gate holds it back" in told

    run(play())


def test_without_anybody_elsewhere_an_ask_is_what_it_was(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    async def play() -> None:
        cloud.on = False
        editor = Editor(home, "x = ")
        assert by(await asked(editor)) == "local double: answer"
        assert engine.asks[0].outside is None
        cloud.on = True
        editor.window.route = Route(complete="fast")
        editor.type("\ny = ")
        editor.window.policies.clear()
        assert by(await asked(editor)) == "local double: answer"
        assert engine.asks[1].outside is None
        assert cloud.asks == []

    run(play())


def test_what_never_leaves_this_machine_does_not(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    engine.state = OFF

    async def play() -> None:
        editor = Editor(home, "x = ")
        cloud.delay = 5.0
        flying = asyncio.ensure_future(asked(editor))
        await asyncio.sleep(0.01)
        rerouted(home, editor.window, Route(local_only=True))
        answer = await flying
        assert isinstance(answer, Silence)
        assert answer.reason is Reason.SUPERSEDED
        for task in ("complete", "rewrite"):
            assert order(home, editor.window, task) == ()
        answer = await asked(editor)
        assert isinstance(answer, Silence)
        assert answer.reason is Reason.NO_MODEL
        assert len(cloud.asks) == 1
        assert not (await tried(home, editor.window, "far")).ok
        assert "never leaves this machine" in explain(editor.window, home).text

    run(play())


def test_a_model_that_dies_is_followed_by_a_provider_and_the_other_way_round(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    async def play() -> None:
        engine.tokens, engine.error = [], EngineGone("It died.")
        editor = Editor(home, "x = ")
        assert by(await asked(editor)) == "far c: far away"
        engine.tokens, engine.error = ["answer"], None
        home.mode = lambda name: Mode(name, name, "", FAR_FIRST, FAR_FIRST)
        rerouted(home, editor.window, Route("mine"))
        cloud.fault = "Far is closed."
        editor.type("\ny = ")
        answer = await asked(editor)
        assert by(answer) == "local double: answer"
        assert isinstance(answer, Suggestion)
        assert answer.outside is None
        assert len(cloud.asks) == 2

    run(play())


def test_nobody_answering_is_told(home: FakeHouse, engine: FakeEngine, cloud: FakeCloud) -> None:
    engine.state, cloud.fault = OFF, "Far did not answer in time."

    async def play() -> None:
        editor = Editor(home, "x = ")
        answer = await asked(editor)
        assert isinstance(answer, Silence)
        assert answer.reason is Reason.NO_PROVIDER
        assert answer.sentence == "No provider answered in time. Far did not answer in time."
        assert "How" not in explain(editor.window, home).title

    run(play())


def test_answers_are_typed_through_and_teach_nothing(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    engine.state = OFF

    async def play() -> None:
        editor = Editor(home, "x = ")
        editor.window.settings = WindowSettings(eagerness=Eagerness.QUIET)
        await asked(editor)
        editor.type("far ")
        answer = await asked(editor)
        assert by(answer) == "far c: away"
        assert isinstance(answer, Suggestion)
        assert (answer.origin, len(cloud.asks)) == ("typed_through", 1)
        assert answer.outside is not None
        editor.type("off\n")
        await asyncio.sleep(1)
        assert home.learned.outcomes == {}

    run(play())


@pytest.mark.parametrize(("mode", "longer"), [("build", 1), ("fast", 0)])
def test_in_a_mode_of_one_line_a_block_stays_its_first_one(
    tmp_path: Path, cloud: FakeCloud, mode: str, longer: int
) -> None:
    home = outdoors(house(tmp_path, Author(story=STORY)), cloud)

    async def play() -> None:
        editor, told = listening(home, "for x ")
        editor.window.route = Route(mode)
        assert by(await asked(editor)) == "local double: in items:"
        await asyncio.sleep(PAUSE + 2.0)
        assert len(told) == longer
        assert cloud.asks == []

    run(play())
    home.ledger.close()


def test_keys_go_with_their_window(home: FakeHouse, cloud: FakeCloud) -> None:
    one, other = Window("one"), Window("other")
    tell_keys(home, one, {"far": "1", "near": "2"})
    tell_keys(home, other, {"far": "3"})
    assert cloud.known == {"far": "3", "near": "2"}
    tell_keys(home, one, {"far": "4"})
    assert cloud.known == {"far": "4"}
    leave(home, one)
    assert cloud.known == {"far": "3"}
    assert "keys" not in repr(home)


def test_connections_are_opened_while_somebody_types(home: FakeHouse, cloud: FakeCloud) -> None:
    async def play() -> None:
        editor = Editor(home)
        for _ in range(3):
            editor.type("x")
            await asyncio.sleep(1)
        assert cloud.warmed == ["complete"]
        editor.window.woken -= 30
        editor.type("x")
        await asyncio.sleep(1)
        assert cloud.warmed == ["complete"] * 2

    run(play())


@pytest.mark.parametrize(
    ("at", "raw", "first_line", "text"),
    [
        ("x = ▮", "1\ny = 2", False, "1\ny = 2"),
        ("x = ▮", "1\ny = 2", True, "1\n"),
        ("f(▮)", "1\ny = 2", False, "1\n"),
        ("def f():▮", "\n    return 1\n\nx", True, "\n    return 1\n"),
        ("x = ▮", "```python\n1\n```\n", True, "1\n"),
        ("x = ▮", "1", True, "1"),
        ("x = ▮", "\n \n", True, "\n \n"),
        ("x = ▮", "", True, ""),
        ("x = ▮", "1\r\n2", True, "1\n"),
    ],
)
def test_a_text_is_given_the_form_of_ours(at: str, raw: str, first_line: bool, text: str) -> None:
    done = Done(End.LIMIT, by=By("far", "Far", "m"))
    assert shaped(raw, done, moment(at), first_line=first_line) == text


def test_what_says_little_is_left_out_where_the_mode_says_so(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    engine.state = OFF
    comments = "# This line says little.\n" * 20 + "x = 1\n" * 10

    async def play() -> None:
        editor = Editor(home, f"{comments}y = ")
        await asked(editor)
        rerouted(home, editor.window, Route("mine"))
        home.mode = lambda name: Mode(name, name, "", FAR_FIRST, FAR_FIRST)
        editor.type("z")
        await asked(editor)
        stripped, whole = (one.request.prefix for one in cloud.asks)
        assert "says little" not in stripped
        assert stripped.endswith("x = 1\ny = ")
        assert whole == f"{comments}y = z"

    run(play())


def test_the_row_says_what_it_cost_once(
    home: FakeHouse, engine: FakeEngine, cloud: FakeCloud
) -> None:
    engine.state = OFF

    async def play() -> None:
        editor = Editor(home, "x = ")
        await asked(editor)
        editor.type("far ")
        await asked(editor)

    run(play())
    home.ledger.flush()
    with contextlib.closing(sqlite3.connect(home.ledger.path)) as base:
        told = "SELECT engine, model, origin, usd, cached_tokens, attempts FROM asks ORDER BY rowid"
        assert base.execute(told).fetchall() == [
            ("far", "c", "computed", 0.001, 8, 1),
            ("far", "c", "typed_through", None, 0, 0),
        ]
