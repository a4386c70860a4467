"""What is noted of a rewrite afterwards: outcomes, what is left of it, and what is offered and read ahead before it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symbiote.core.rewriting import Outcome
from symbiote.core.text import Document, opened
from symbiote.features.rewrite.model import problem
from symbiote.features.rewrite.offered import offers
from symbiote.features.rewrite.outcome import outcome
from symbiote.features.rewrite.retention import Retention
from symbiote.features.rewrite.warm import warm
from symbiote.metrics.score import still_there
from unit.doubles import Narrator, house
from unit.features.rewriting import INSTRUCT, KNOWN, Editor, said

NEW = "def total(items: list[int]) -> int:\n    # Sums up.\n    return sum(items)"


class Clock:
    """Timers that ring when told to."""

    def __init__(self) -> None:
        self.timers: list[tuple[float, Callable[[], None], list[bool]]] = []

    def later(self, wait: float, call: Callable[[], None]) -> object:
        gone: list[bool] = []
        self.timers.append((wait, call, gone))

        class Timer:
            def cancel(self) -> None:
                gone.append(True)

        return Timer()

    def ring(self, until: float) -> None:
        for wait, call, gone in list(self.timers):
            if wait <= until and not gone:
                gone.append(True)
                call()


def editor(folder: Path) -> tuple[Editor, Clock]:
    double = Narrator(tokens=said(f"```python\n{NEW}\n```"), state=INSTRUCT)
    made, clock = Editor(house(folder, double)), Clock()
    made.window.rewrites.retention = Retention(clock.later)  # type: ignore[arg-type]
    return made, clock


def told(window: Editor) -> list[tuple[str, float | None]]:
    return [(kind, value) for _, kind, value in window.house.ledger.told("rewrite")][3:]


def report(window: Editor, kind: Outcome, hunks: int = 0, characters: int = 0) -> None:
    outcome(window.house, window.window, "r", 1, kind, hunks, characters)


def test_hunks_may_be_kept_one_after_the_other(tmp_path: Path) -> None:
    window, _ = editor(tmp_path)
    asyncio.run(window.rewrite(3, 8, "shorter"))
    report(window, Outcome.KEPT, 1, 20)
    report(window, Outcome.UNDONE, 1)
    report(window, Outcome.KEPT, 2, 40)
    report(window, Outcome.DISCARDED)
    report(window, Outcome.DISCARDED)
    outcome(window.house, window.window, "unknown", 1, Outcome.KEPT, 1, 1)
    outcome(window.house, window.window, "r", 9, Outcome.KEPT, 1, 1)
    assert told(window) == [
        ("hunks_kept", 1.0),
        ("hunks_undone", 1.0),
        ("hunks_kept", 2.0),
        ("discarded", 0.0),
    ]


def test_what_is_left_of_it_is_looked_at_four_times(tmp_path: Path) -> None:
    window, clock = editor(tmp_path)
    asyncio.run(window.rewrite(3, 8, "shorter"))
    report(window, Outcome.ACCEPTED, characters=80)
    assert [wait for wait, _, _ in clock.timers] == [30, 120, 300, 600]
    clock.ring(30)
    window.edit(0, 1, ["import os", "import sys"])
    clock.ring(120)
    window.edit(5, 6, ["    # Adds them all up."])
    clock.ring(300)
    window.edit(4, 7, ["pass"])
    clock.ring(600)
    found = told(window)
    assert found[:3] == [("accepted", 80.0), ("still_30s", 1.0), ("still_2m", 1.0)]
    assert found[3] == ("edited_after", 300.0)
    kinds = dict(found)
    assert 0.5 < (kinds["still_5m"] or 0) < 1.0
    assert (kinds["still_10m"] or 0) < 0.5
    clock.ring(10_000)
    assert told(window) == found


def test_undone_hunks_are_not_looked_after_and_a_closed_document_says_nothing(
    tmp_path: Path,
) -> None:
    window, clock = editor(tmp_path)
    before = window.document.lines
    asyncio.run(window.rewrite(3, 8, "shorter"))
    window.edit(0, len(window.document.lines), [line.rstrip("\n") for line in before])
    report(window, Outcome.ACCEPTED)
    assert clock.timers == []
    asyncio.run(window.rewrite(3, 8, "shorter", id="again"))
    outcome(window.house, window.window, "again", 1, Outcome.ACCEPTED, 0, 0)
    window.window.rewrites.closed(window.document.uri)
    clock.ring(1_000)
    assert not any(kind.startswith("still") for kind, _ in told(window))


LINES = st.lists(st.sampled_from(["a = 1", "b = 2", "", "return a", "x"]), max_size=8)


@given(LINES, LINES, LINES)
def test_how_much_is_there_still(text: list[str], above: list[str], below: list[str]) -> None:
    if any(text):
        assert still_there(text, [*above, *text, *below]) == 1.0
    assert 0.0 <= still_there(text, above) <= 1.0


def test_what_is_offered_where() -> None:
    known = list(KNOWN.values())

    def names(problems: list[str], only: list[str], *, by_hand: bool) -> set[str]:
        return {one.name for one in offers(known, "python", problems, only, by_hand=by_hand)}

    assert names([], [], by_hand=False) == set()
    assert names(["x"], [], by_hand=False) == {"fix"}
    assert {"docstring", "types", "simplify"} <= names([], [], by_hand=True)
    assert "fix" not in names([], [], by_hand=True)
    assert names(["x"], ["quickfix"], by_hand=True) == {"fix"}
    assert "simplify" in names([], ["refactor"], by_hand=True)
    assert names([], ["source.organizeImports"], by_hand=True) == set()
    assert names([], ["source"], by_hand=True) == {"tidy"}
    assert "tidy" not in names([], [], by_hand=True)
    assert "docstring" not in {one.name for one in offers(known, "go", [], [], by_hand=True)}
    fixes = offers(known, "python", [f"{n} " + "long " * 40 for n in range(9)], [], by_hand=False)
    assert [one.problem for one in fixes] == [0, 1, 2]
    assert all(len(one.title) < 100 and len(one.words) > 100 for one in fixes)


@pytest.mark.parametrize("excluded", [True, False])
def test_the_code_is_read_while_the_intention_is_typed(tmp_path: Path, excluded: bool) -> None:
    window, _ = editor(tmp_path)
    double = window.house.desk.engine
    assert isinstance(double, Narrator)

    async def warmed() -> None:
        wanted = window.wants(3, 8)
        await warm(window.house, window.window, wanted, KNOWN, excluded)
        await window.rewrite(3, 8, "shorter")

    asyncio.run(warmed())
    read, *asked = [ask for ask in double.asks if ask.limit == 0 or excluded]
    if not excluded:
        begun = "".join(getattr(piece, "text", "") for piece in read.pieces)
        assert "def total(items)" in begun
        assert begun.endswith("What to do: \nassistant\n")
    assert asked == []


def test_what_to_do_without_a_model(tmp_path: Path) -> None:
    window, _ = editor(tmp_path)
    assert problem(window.house, window.window) == ""
    engine = window.house.desk.engine
    assert isinstance(engine, Narrator)
    engine.state = replace(INSTRUCT, model="base")
    assert "base completes code" in problem(window.house, window.window)
    engine.state = replace(INSTRUCT, state=type(INSTRUCT.state).OFF, reason="It died.")
    assert "It died." in problem(
        window.house, window.window
    ) and "symbiote.rewriteModel" in problem(window.house, window.window)


def test_an_old_document_is_not_looked_up(tmp_path: Path) -> None:
    clock = Clock()
    retention, found = Retention(clock.later), []  # type: ignore[arg-type]
    document: Document | None = opened("u", "python", 1, "a = 1\n")

    def live(uri: str) -> Document | None:
        return document

    retention.keep("x", "u", (("a = 1",),), live, lambda kind, value: found.append(kind))
    document = None
    clock.ring(1_000)
    assert found == []
