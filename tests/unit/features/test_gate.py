"""What may appear by itself: by the user's eagerness, and by what was taken and sent away."""

from __future__ import annotations

import asyncio
import math
from dataclasses import replace

import pytest

from symbiote.core.answer import Suggestion
from symbiote.core.settings import Eagerness
from symbiote.features.follow import forget
from symbiote.features.gate import FEW, ONE_IN, TRIED, gate, learned, place, shipped_gate
from symbiote.features.outcome import accepted, dismissed, forget_learned
from symbiote.features.rejected import READ
from symbiote.features.why import explain
from unit.clock import run
from unit.doubles import READY, Author, FakeHouse
from unit.editor import INVOKED, Editor
from unit.marked import moment

MODEL = READY.model
EMBEDDED = replace(READY, gate=-1.6, gate_quiet=-0.8, gate_eager=-2.4)


def eager(editor: Editor, how: Eagerness, **more: object) -> Editor:
    editor.window.settings = replace(editor.window.settings, eagerness=how, **more)  # type: ignore[arg-type]
    forget(editor.window)
    return editor


@pytest.mark.parametrize(
    ("how", "measured", "unmeasured", "without"),
    [
        (Eagerness.QUIET, -0.8, -0.7, -0.7),
        (Eagerness.NORMAL, -1.6, -1.6, -math.inf),
        (Eagerness.EAGER, -2.4, -2.3, -math.inf),
        (Eagerness.ON_KEY, -math.inf, -math.inf, -math.inf),
    ],
)
def test_the_shipped_gates(
    how: Eagerness, measured: float, unmeasured: float, without: float
) -> None:
    assert shipped_gate(EMBEDDED, how) == measured
    assert shipped_gate(replace(READY, gate=-1.6), how) == pytest.approx(unmeasured)
    assert shipped_gate(READY, how) == without


def test_the_engine_is_told_which_gate_holds(home: FakeHouse, author: Author) -> None:
    home.become(gate=-1.6, gate_quiet=-0.8, gate_eager=-2.4)
    author.confidence = -1.0

    async def play() -> None:
        for how, says in (
            (Eagerness.QUIET, "! low_confidence"),
            (Eagerness.NORMAL, "computed: import os"),
            (Eagerness.EAGER, "computed: import os"),
        ):
            editor = eager(Editor(home), how)
            assert await editor.said() == says
            assert author.asks[-1].least == shipped_gate(author.state, how)

    run(play())


def test_on_key_nothing_appears_by_itself_and_the_key_finds_it_ready(
    home: FakeHouse, author: Author
) -> None:
    home.become(gate=-1.0)
    author.confidence = -5.0

    async def play() -> None:
        editor = eager(Editor(home, "im"), Eagerness.ON_KEY)
        assert await editor.said() == "! on_key"
        assert author.began == 1
        assert "Press Alt" in explain(editor.window, home).text
        assert await editor.said(**INVOKED) == "remembered: port os"
        assert author.began == 1
        editor.type("po")
        assert await editor.said() == "typed_through: rt os"  # it stays while it is typed
        dismissed(home, editor.window)
        assert await editor.said() == "! rejected"
        editor.type("r")
        assert await editor.said() == "! on_key"
        assert await editor.said(**INVOKED) == "typed_through: t os"

    run(play())
    assert home.learned.outcomes == {}  # nothing appeared by itself


def test_on_key_the_key_joins_what_is_under_way(home: FakeHouse, author: Author) -> None:
    author.first = 0.1

    async def play() -> None:
        editor = eager(Editor(home, "im", cancels=False), Eagerness.ON_KEY)
        editor.ask()
        await asyncio.sleep(0.05)
        assert str(await editor.said(**INVOKED)).endswith(": port os")
        assert author.began == 1

    run(play())


async def outcome(editor: Editor, taken: bool) -> None:
    """A suggestion appears at a line's end, and is taken or sent away; then the line is as it was."""
    home, window = editor.house, editor.window
    answer = await editor.ask()
    assert isinstance(answer, Suggestion)
    if taken:
        accepted(home, window, answer.id)
    else:
        dismissed(home, window)
    editor.type("x")
    editor.backspace()


def test_what_is_taken_and_sent_away_is_learned_once(home: FakeHouse) -> None:
    async def play() -> None:
        editor = Editor(home, "im")
        await outcome(editor, taken=True)
        accepted(home, editor.window, editor.asked[-1].result().id)  # said twice
        assert total(home) == pytest.approx(1)
        await outcome(editor, taken=False)
        dismissed(home, editor.window)  # nothing is shown any more
        assert total(home) == pytest.approx(2, abs=0.01)
        known = home.learned.of(MODEL, "python").places["end"]
        assert (sum(known.accepted), sum(known.rejected)) == (pytest.approx(1, abs=0.01), 1)

    run(play())


def total(home: FakeHouse) -> float:
    return home.learned.of(MODEL, "python").total


@pytest.mark.parametrize("typed", ["xyz", "xyzuvw"])
def test_typed_over_after_reading_counts_once_and_before_not_at_all(
    home: FakeHouse, typed: str
) -> None:
    async def play() -> None:
        editor = Editor(home, "im")
        assert str(await editor.said()).startswith("computed")
        for letter in typed:
            editor.type(letter)  # at once: it was not read
        assert total(home) == 0
        editor.backspace(len(typed))
        assert str(await editor.said()).startswith("remembered")
        for one in editor.window.rejected._shown:
            one.since -= READ
        for letter in typed:
            editor.type(letter)
        dismissed(home, editor.window)
        accepted(home, editor.window, editor.asked[-1].result().id)
        assert total(home) == 1
        editor.backspace(len(typed))
        assert (
            await editor.said() == "! rejected"
        )  # and there nobody is asked, so nothing counts again

    run(play())


def test_by_hand_and_switched_off_say_nothing(home: FakeHouse) -> None:
    async def play() -> None:
        editor = Editor(home, "im")
        answer = await editor.ask(**INVOKED)
        accepted(home, editor.window, answer.id)
        eager(editor, Eagerness.NORMAL, learn_when_to_show=False)
        editor.type("x")
        editor.backspace()
        await outcome(editor, taken=True)
        assert home.learned.outcomes == {}

    run(play())


def teach(home: FakeHouse, confidence: float, times: int, *, taken: bool) -> None:
    for _ in range(times):
        home.learned.see(MODEL, "python", -0.05)
        home.learned.note(MODEL, "python", "end", confidence, accepted=taken)


def test_a_gate_that_rose_hides_and_what_it_hides_is_still_computed(
    home: FakeHouse, author: Author
) -> None:
    home.become(gate=-1.6)
    author.confidence = -1.5
    teach(home, -1.5, 100, taken=False)

    async def play() -> None:
        editor = Editor(home, "im")
        assert await editor.said() == "! low_confidence"
        assert author.asks[-1].least == -1.6
        page = explain(editor.window, home).text
        assert "Learned from" in page
        assert "you took 0 of" in page
        assert str(await editor.said(**INVOKED)).startswith("computed")
        eager(editor, Eagerness.NORMAL, learn_when_to_show=False)
        assert str(await editor.said()).startswith("computed")

    run(play())
    assert learned(home)["learned"][0]["gates"]["end"] > learned(home)["shipped"]
    forget_learned(home)
    assert learned(home)["learned"] == []


def test_a_gate_that_fell_is_the_engines_too(home: FakeHouse, author: Author) -> None:
    home.become(gate=-1.6)
    author.confidence = -1.8
    teach(home, -1.5, 60, taken=True)

    async def play() -> None:
        editor = Editor(home, "im")
        assert str(await editor.said()).startswith("computed")
        assert author.asks[-1].least <= -1.8
        eager(editor, Eagerness.QUIET)
        assert await editor.said() == "! low_confidence"
        teach(home, -0.9, 100, taken=True)
        assert home.learned.of(MODEL, "python").estimate("end", -0.7).gate < -0.7
        home.become(gate_quiet=-0.7)
        author.confidence = -0.9
        editor.type("po")
        assert await editor.said() == "! low_confidence"  # who wants quiet gets no less of it

    run(play())


def test_some_lines_are_tried_out_and_none_when_quiet(home: FakeHouse) -> None:
    engine = replace(EMBEDDED, model=MODEL)
    editor = Editor(home)

    def tried(how: Eagerness) -> list[int]:
        eager(editor, how)
        at = moment("x = 1\n" * 400 + "x = ▮")
        gates = [
            gate(home, editor.window, engine, replace(at, line=n, column=3)) for n in range(400)
        ]
        assert all(g.least <= g.shipped for g in gates)
        assert all((g.show < g.shipped) == g.tried for g in gates)
        return [n for n, g in enumerate(gates) if g.tried]

    assert tried(Eagerness.NORMAL) == []  # nothing is known yet
    for taken in (True, False, False, False, False) * int(TRIED):
        teach(home, -1.5, 1, taken=taken)
    first = tried(Eagerness.NORMAL)
    assert 400 / ONE_IN / 2 < len(first) < 400 / ONE_IN * 2
    assert tried(Eagerness.NORMAL) == first
    assert tried(Eagerness.QUIET) == []
    teach(home, -0.5, 10 * FEW, taken=True)
    assert tried(Eagerness.NORMAL) != first


@pytest.mark.parametrize(
    ("text", "expected"),
    [("▮", "start"), ("    ▮\n", "start"), ("x = ▮", "end"), ("f(▮)", "inside"), ("  ▮)", "start")],
)
def test_places(text: str, expected: str) -> None:
    assert place(moment(text)) == expected
