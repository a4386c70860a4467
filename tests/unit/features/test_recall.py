"""Answers to rewrites, remembered: what is found again, what is not, and what is told of it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.answer import Origin, Reason
from symbiote.features.outside import Route
from symbiote.features.rewrite.kept import Kept
from symbiote.features.rewrite.remembered import FIND_SECONDS, Remembered
from symbiote.features.rewrite.warm import warm
from unit.doubles import Narrator
from unit.features.rewriting import CODE, KNOWN, NEW, WHOLE, Editor, editor, engine, said

OTHER = NEW.replace("result", "sum_")


class Vectors:
    """Vectors by hand: of the words it knows; `asked` are those it was asked for."""

    def __init__(self, known: dict[str, tuple[float, ...]]) -> None:
        self.known = known
        self.asked: list[tuple[str, float]] = []

    async def embed(self, text: str, seconds: float) -> tuple[float, ...] | None:
        self.asked.append((text, seconds))
        return self.known.get(text)

    async def close(self) -> None:
        pass


CLOSE = Vectors({
    "add type hints": (1.0, 0.0),
    "please add type hints": (0.96, 0.28),
    "add type annotations": (0.6, 0.8),
    "remove type hints": (1.0, 0.0),
})  # fmt: skip


def run(
    folder: Path, job: Callable[[Editor, Narrator], Awaitable[None]], vectors: Vectors = CLOSE
) -> None:
    async def running() -> None:
        double = engine()
        one = editor(folder, double)
        one.house.remembered = Remembered(Kept(folder / "answers.sqlite3"), vectors, 0.8)
        try:
            await job(one, double)
        finally:
            await one.house.remembered.close()

    asyncio.run(running())


async def back(one: Editor) -> None:
    """The lines as they were, once all is remembered."""
    assert one.house.remembered is not None
    await one.house.remembered.settled()
    one.edit(0, len(one.document.lines), CODE.split("\n"))


def test_the_same_words_about_the_same_code_get_the_same_answer_without_a_model(
    tmp_path: Path,
) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        first = await one.rewrite(3, 8, "add type hints")
        assert (first.text, first.origin, one.text) == (NEW, Origin.COMPUTED, WHOLE)
        await back(one)
        second = await one.rewrite(3, 8, " add  type hints ", id="s")
        assert (second.text, second.origin, one.text) == (NEW, Origin.REMEMBERED, WHOLE)
        assert (second.engine, second.model) == (first.engine, first.model)
        assert (second.detail, second.hunks == first.hunks) == ("", True)
        assert len(double.asks) == 1

    run(tmp_path, job)


def test_it_is_in_the_ledger_as_what_it_is_and_in_no_latency(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        await one.rewrite(3, 8, "add type hints", id="s")
        one.house.ledger.flush()
        with sqlite3.connect(tmp_path / "ledger.sqlite3") as ledger:
            rows = ledger.execute("SELECT id, outcome, origin FROM asks ORDER BY at").fetchall()
            kinds = ledger.execute("SELECT ask, kind FROM events").fetchall()
        assert [row[1:] for row in rows] == [("shown", "computed"), ("shown", "remembered")]
        told = {row[0]: {kind for ask, kind in kinds if ask == row[0]} for row in rows}
        assert {"first_text", "done"} <= told[rows[0][0]]
        assert told[rows[1][0]] == {"asked", "remembered"}

    run(tmp_path, job)


def test_other_words_of_the_same_meaning_find_it_and_are_told(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        found = await one.rewrite(3, 8, "please add type hints", id="s")
        assert found.origin is Origin.REMEMBERED
        assert "“add type hints”" in found.detail
        await back(one)
        for number, words in enumerate(("add type annotations", "remove type hints")):
            missed = await one.rewrite(3, 8, words, id=f"n{number}")
            assert missed.origin is Origin.COMPUTED, words
            await back(one)
        assert len(double.asks) == 3

    run(tmp_path, job)


def test_without_vectors_only_the_same_words_find_it(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        assert (await one.rewrite(3, 8, "please add type hints", id="s")).origin is Origin.COMPUTED
        await back(one)
        assert (await one.rewrite(3, 8, "add type hints", id="t")).origin is Origin.REMEMBERED

    run(tmp_path, job, Vectors({}))


@pytest.mark.parametrize("what", ["code", "around", "mode", "model", "intention"])
def test_anything_else_that_is_different_is_a_miss(tmp_path: Path, what: str) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        more: dict[str, object] = {}
        if what == "code":
            one.edit(5, 6, ["    for item in reversed(items):"])
        elif what == "around":
            one.edit(0, 1, ["import sys"])
        elif what == "mode":
            one.window.route = Route(rewrite="fast")
        elif what == "model":
            double.state = replace(double.state, model="another-instruct")
        else:
            more = {"name": "docstring"}
        assert (await one.rewrite(3, 8, "add type hints", id="s", **more)).origin is Origin.COMPUTED
        assert len(double.asks) == 2

    run(tmp_path, job)


def test_once_more_asks_the_model_and_its_answer_takes_the_place(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        await one.rewrite(3, 8, "add type hints", id="s")
        await back(one)
        double.tokens = said(OTHER)
        again = await one.rewrite(3, 8, "", id="s", rerun=True)
        assert (again.text, again.origin, len(double.asks)) == (OTHER, Origin.COMPUTED, 2)
        # no model had been asked in this conversation: it is not asked for "another version"
        assert double.asks[0].pieces == double.asks[1].pieces
        await back(one)
        third = await one.rewrite(3, 8, "add type hints", id="t")
        assert (third.text, third.origin) == (OTHER, Origin.REMEMBERED)
        assert await one.house.remembered.count() == 1  # type: ignore[union-attr]

    run(tmp_path, job)


def test_another_version_of_a_computed_answer_takes_its_place_too(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        double.tokens = said(OTHER)
        assert (await one.rewrite(3, 8, "", rerun=True)).text == OTHER
        await back(one)
        found = await one.rewrite(3, 8, "add type hints", id="s")
        assert (found.text, found.origin) == (OTHER, Origin.REMEMBERED)

    run(tmp_path, job)


def test_a_follow_up_is_neither_looked_up_nor_kept(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await one.rewrite(3, 8, "add type hints")
        assert len(double.asks) == 2
        await back(one)
        assert await one.house.remembered.count() == 1  # type: ignore[union-attr]

    run(tmp_path, job)


def test_a_follow_up_goes_on_from_a_remembered_answer(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        await one.rewrite(3, 8, "add type hints", id="s")
        double.tokens = said(OTHER)
        more = await one.rewrite(3, 8, "call the sum sum_", id="s")
        assert (more.text, more.origin, more.turn) == (OTHER, Origin.COMPUTED, 2)
        spoken = "".join(getattr(piece, "text", "") for piece in double.asks[-1].pieces)
        assert "add type hints" in spoken
        assert NEW in spoken

    run(tmp_path, job)


def test_what_ended_early_or_changed_nothing_is_not_kept(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        double.tokens = said("def total(items):\n    result = 0\n" * 1)
        double.delay = 0.01
        asking = asyncio.create_task(one.rewrite(3, 8, "add type hints"))
        await asyncio.sleep(0.05)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await back(one)
        double.delay = 0.0
        double.tokens = said("\n".join(CODE.split("\n")[3:8]))
        assert (await one.rewrite(3, 8, "add type hints", id="s")).reason is Reason.NO_CHANGE
        await back(one)
        assert await one.house.remembered.count() == 0  # type: ignore[union-attr]

    run(tmp_path, job)


def test_an_explanation_is_remembered_too(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        double.tokens = said("It adds up.")
        first = await one.rewrite(3, 8, "", name="explain")
        assert first.text == "It adds up."
        await back(one)
        second = await one.rewrite(3, 8, "", name="explain", id="s")
        assert (second.text, second.origin, second.read_only) == (
            first.text,
            Origin.REMEMBERED,
            True,
        )

    run(tmp_path, job)


def test_what_no_model_may_read_any_more_is_forgotten(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        await one.rewrite(3, 8, "add type hints")
        await back(one)

        async def why(uri: str, roots: tuple[str, ...]) -> str | None:
            return "It is excluded."

        one.house.why_excluded = why
        shut = await one.rewrite(3, 8, "add type hints", id="s")
        assert (shut.text, shut.reason) == (None, Reason.EXCLUDED)
        assert await one.house.remembered.count() == 0  # type: ignore[union-attr]

    run(tmp_path, job)


def test_what_is_typed_is_looked_at_ahead_only_where_there_is_something_to_find(
    tmp_path: Path,
) -> None:
    vectors = Vectors(CLOSE.known)

    async def job(one: Editor, double: Narrator) -> None:
        await warm(one.house, one.window, one.wants(3, 8, "add type hints"), KNOWN, False)
        assert vectors.asked == []
        await one.rewrite(3, 8, "add type hints")
        await back(one)
        await warm(one.house, one.window, one.wants(3, 8, "please add type hints"), KNOWN, False)
        assert vectors.asked[-1][0] == "please add type hints"
        assert vectors.asked[-1][1] > FIND_SECONDS

    run(tmp_path, job, vectors)


def test_without_a_place_to_keep_them_rewrites_go_on(tmp_path: Path) -> None:
    async def job(one: Editor, double: Narrator) -> None:
        (tmp_path / "file").write_text("")
        one.house.remembered = Remembered(Kept(tmp_path / "file" / "answers"), CLOSE, 0.8)
        for name in "ab":
            assert (await one.rewrite(3, 8, "add type hints", id=name)).text == NEW
            await back(one)
        assert len(double.asks) == 2

    run(tmp_path, job)
