"""A turn of a rewrite: what streams, what it ends in, what is remembered of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from symbiote.core.answer import Reason
from symbiote.core.errors import EngineGone
from symbiote.core.pieces import Text
from symbiote.engine.port import Ask, Delta, Done, End, Slot
from symbiote.features import follow
from unit.doubles import FakeEngine
from unit.features.rewriting import (
    CODE,
    INSTRUCT,
    NEW,
    URI,
    WHOLE,
    Editor,
    editor,
    engine,
    prompt,
    said,
)


def test_it_streams_in_place_and_tells_what_it_cost(tmp_path: Path) -> None:
    double = engine()
    window = editor(tmp_path, double)
    ended = asyncio.run(window.rewrite(3, 8, "add type hints"))
    assert (ended.text, ended.reason, ended.turn) == (NEW, None, 1)
    assert window.text == WHOLE
    assert window.told[0].region == ended.region == window.region
    (hunk,) = ended.hunks
    assert (hunk.old_start, hunk.old, hunk.new_lines) == (0, ("def total(items):",), 1)
    assert ended.first_text_ms is not None and ended.first_text_ms <= ended.total_ms
    (ask,) = double.asks
    assert (ask.slot, ask.lines) == (Slot.REWRITE, 0)
    assert ask.original == "".join(f"{line}\n" for line in CODE.split("\n")[3:8])
    assert "What to do: add type hints<|im_end|>" in prompt(ask)
    assert window.house.ledger.outcomes()[0].outcome == "shown"
    kinds = [kind for _, kind, _ in window.house.ledger.told("rewrite")]
    assert kinds == ["asked", "first_text", "done"]


def test_what_it_puts_in_is_no_key(tmp_path: Path) -> None:
    """Else the pauses of who types afterwards would be measured against the model's speed."""
    window = editor(tmp_path, engine(delay=0.004))
    window.edit(0, 1, ["import sys"])  # opened
    asyncio.run(window.rewrite(3, 8, "add type hints"))
    assert len([told for told in window.told if told.edit is not None]) > 1
    keys = window.window.rhythm
    assert keys._key is None
    window.edit(0, 1, ["import re"])
    assert keys._key is not None


def test_the_drafted_share_is_told_while_it_streams(tmp_path: Path) -> None:
    class Drafting(FakeEngine):
        async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
            for number, token in enumerate(said(f"```python\n{NEW}\n```")):
                await asyncio.sleep(0.005)
                yield Delta(token, 1, number % 2)
            yield Done(End.EOG)

    window = editor(tmp_path, Drafting(state=INSTRUCT))
    asyncio.run(window.rewrite(3, 8, "add type hints"))
    shares = [told.drafted_share for told in window.told]
    assert shares[0] == 0.0
    assert 0.4 < shares[-1] < 0.6


def test_the_document_is_whole_at_every_moment(tmp_path: Path) -> None:
    """Whatever was told so far: the lines around are as they were, and the region holds new and old ones."""
    window = editor(tmp_path, engine(delay=0.004))
    seen: list[str] = []

    class Watching(Editor):
        def hears(self, progress: object) -> None:
            super().hears(progress)  # type: ignore[arg-type]
            seen.append(self.text)

    watching = Watching(window.house)
    asyncio.run(watching.rewrite(3, 8, "add type hints"))
    assert len(seen) > 2
    for text in seen:
        assert text.startswith("import os\n\n\ndef total(items")
        assert text.endswith("    return result\n\n\nprint(total([]))\n")
        assert text.count("\n") in (CODE.count("\n"), CODE.count("\n") + 1)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ("", Reason.BLANK),
        ("I cannot do that without more information.", Reason.PROSE),
        ("```javascript\nconst a = 1\n```", Reason.OTHER_LANGUAGE),
        ("```python\n" + "\n".join(CODE.split("\n")[3:8]) + "\n```", Reason.NO_CHANGE),
        ("```python\nx = '\u202e'\n```", Reason.UNSAFE_TEXT),
    ],
)
def test_nothing_is_changed_by_what_is_no_answer(
    tmp_path: Path, answer: str, reason: Reason
) -> None:
    window = editor(tmp_path, engine(answer))
    ended = asyncio.run(window.rewrite(3, 8, "do"))
    assert (ended.text, ended.reason) == (None, reason)
    assert ended.detail
    assert window.text == CODE
    assert window.house.ledger.outcomes()[0].outcome == reason.value


def test_an_answer_without_end_is_kept_as_far_as_it_is_whole(tmp_path: Path) -> None:
    double = engine("```python\ndef total(items):\n    # Sum up.\n    resu", end=End.LIMIT)
    window = editor(tmp_path, double)

    async def limited(ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        for token in double.tokens:
            yield Delta(token)
        yield Done(End.LIMIT)

    double.stream = limited  # type: ignore[method-assign]
    ended = asyncio.run(window.rewrite(3, 8, "do"))
    assert ended.reason is Reason.ENDLESS
    assert window.text == CODE.replace("(items):\n", "(items):\n    # Sum up.\n", 1)
    assert ended.text == "\n".join(window.text.split("\n")[3:9])


def test_a_dead_engine_keeps_what_came(tmp_path: Path) -> None:
    double = FakeEngine(
        tokens=said("```python\ndef total(items, start):\n    resu"),
        state=INSTRUCT,
        error=EngineGone("it died"),
    )
    window = editor(tmp_path, double)
    ended = asyncio.run(window.rewrite(3, 8, "do"))
    assert ended.reason is Reason.ENGINE_DIED
    assert window.text == CODE.replace("(items):", "(items, start):", 1)


def test_cancelled_is_stopped_before_anything_else_happens(tmp_path: Path) -> None:
    double = engine(delay=0.005)

    async def stopped(window: Editor) -> None:
        task = asyncio.create_task(window.rewrite(3, 8, "do"))
        while len(window.told) < 3:
            await asyncio.sleep(0.002)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert double.running == 0
        spoken = len(double.computed)
        await asyncio.sleep(0.03)
        assert len(double.computed) == spoken < len(double.tokens)

    window = editor(tmp_path, double)
    asyncio.run(stopped(window))
    assert window.house.ledger.outcomes()[0].outcome == "cancelled"
    assert ("stopped",) in {(kind,) for _, kind, _ in window.house.ledger.told("rewrite")}


def test_edits_around_do_no_harm_and_an_edit_inside_ends_it(tmp_path: Path) -> None:
    async def typed(window: Editor, line: int) -> object:
        task = asyncio.create_task(window.rewrite(3, 8, "do"))
        while len(window.told) < 3:
            await asyncio.sleep(0.002)
        window.edit(line, line + 1, ["# typed by hand"])
        return await task

    window = editor(tmp_path, engine(delay=0.005))
    ended = asyncio.run(typed(window, 0))
    assert ended.reason is None  # type: ignore[attr-defined]
    assert window.text == WHOLE.replace("import os", "# typed by hand")
    window = editor(tmp_path, engine(delay=0.005))
    ended = asyncio.run(typed(window, 5))
    assert ended.reason is Reason.EDITED  # type: ignore[attr-defined]
    assert "# typed by hand" in window.text


def test_lines_inserted_above_move_the_region(tmp_path: Path) -> None:
    async def typed(window: Editor) -> None:
        window.follows = False
        task = asyncio.create_task(window.rewrite(3, 8, "do"))
        while not window.told:
            await asyncio.sleep(0.001)
        window.edit(0, 0, ["# one", "# two"])
        ended = await task
        assert (ended.reason, ended.text) == (None, NEW)
        assert (ended.region.start, ended.place.start) == (3, 5)

    asyncio.run(typed(editor(tmp_path, engine(delay=0.004))))


def test_a_closed_document_ends_it_and_what_was_said_is_forgotten(tmp_path: Path) -> None:
    async def closed(window: Editor) -> object:
        task = asyncio.create_task(window.rewrite(3, 8, "do"))
        while len(window.told) < 2:
            await asyncio.sleep(0.002)
        follow.closed(window.window, URI)
        return await task

    window = editor(tmp_path, engine(delay=0.005))
    ended = asyncio.run(closed(window))
    assert ended.reason is Reason.UNKNOWN_DOCUMENT  # type: ignore[attr-defined]
    assert window.window.rewrites.known("r") is None


def test_a_newer_turn_of_the_same_rewrite_ends_the_older_one(tmp_path: Path) -> None:
    async def both(window: Editor) -> None:
        older = asyncio.create_task(window.rewrite(3, 8, "one"))
        while len(window.told) < 3:
            await asyncio.sleep(0.002)
        newer = await window.rewrite(3, 8, "two")
        assert (await older).reason is Reason.SUPERSEDED
        assert (newer.turn, window.text) == (2, WHOLE)
        assert newer.text == NEW or newer.reason is Reason.NO_CHANGE

    asyncio.run(both(editor(tmp_path, engine(delay=0.004))))


def test_two_rewrites_of_a_window_both_come_to_their_end(tmp_path: Path) -> None:
    async def both(window: Editor) -> None:
        window.follows = False
        one = window.rewrite(3, 8, "one", id="a")
        two = window.rewrite(3, 8, "two", id="b")
        ended = await asyncio.gather(one, two)
        assert [each.text for each in ended] == [NEW, NEW]

    asyncio.run(both(editor(tmp_path, engine(delay=0.001))))


def test_nobody_else_is_asked_before_a_completion(tmp_path: Path) -> None:
    double = engine(delay=0.004)
    window = editor(tmp_path, double)

    async def typed() -> None:
        window.follows = False
        task = asyncio.create_task(window.rewrite(3, 8, "one"))
        while len(window.told) < 3:
            await asyncio.sleep(0.002)
        assert double.running
        heard: list[int] = []
        asking = window.house.desk.run(
            ("v", "complete"), Ask((Text("x"),)), lambda _: heard.append(len(double.computed))
        )
        asked = asyncio.create_task(asking)
        for _ in range(2):  # then it stands at the desk
            await asyncio.sleep(0)
        spoken = len(double.computed)
        await asked
        assert heard and heard[-1] <= spoken + 1
        assert (await task).text == NEW
        assert double.computed == double.tokens

    asyncio.run(typed())
