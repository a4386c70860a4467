"""What is asked of the model for a rewrite, what is remembered for the next turn, and what is not asked at all."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest

from symbiote.core.answer import Reason
from symbiote.core.chunk import Chunk, Context
from symbiote.core.errors import PromptTooLong
from symbiote.core.facts import Diagnostic, Facts
from symbiote.core.settings import WindowSettings
from symbiote.engine.port import EngineStatus, State
from symbiote.features.house import Rewriter
from unit.doubles import FakeEngine, Narrator
from unit.features.rewriting import ANSWER, CODE, INSTRUCT, NEW, URI, editor, engine, prompt, said


def test_a_follow_up_goes_on_from_what_was_said_and_kept(tmp_path: Path) -> None:
    double = engine()
    window = editor(tmp_path, double)

    async def twice() -> None:
        await window.rewrite(3, 8, "add type hints")
        double.tokens = said("```python\n" + NEW.replace("result", "sum") + "\n```")
        ended = await window.rewrite(3, 8, "call it sum")
        assert (ended.turn, ended.reason) == (2, None)
        window.edit(4, 5, ["    sum = 1"])
        await window.rewrite(3, 8, "also log")

    asyncio.run(twice())
    first, second, third = map(prompt, double.asks)
    assert second.startswith(first.removesuffix("assistant\n"))
    assert second.endswith(
        f"{ANSWER}<|im_end|>\n<|im_start|>user\n\nWhat to do next: call it sum<|im_end|>\n<|im_start|>assistant\n"
    )
    assert (
        "The part is now:\n```python\ndef total(items: list[int]) -> int:\n    sum = 1\n" in third
    )
    events = window.house.ledger.told("rewrite")
    assert [value for _, kind, value in events if kind == "iterated"] == [2.0, 3.0]


def test_a_rerun_asks_the_same_again_and_says_so(tmp_path: Path) -> None:
    double = engine()
    window = editor(tmp_path, double)

    async def again() -> None:
        await window.rewrite(3, 8, "add type hints")
        window.edit(3, 4, ["def total(items):"])
        await window.rewrite(3, 8, rerun=True)

    asyncio.run(again())
    assert "different from your last one. What was asked: add type hints" in prompt(double.asks[1])


@pytest.mark.parametrize(
    ("words", "name", "reason"),
    [("", None, Reason.NO_INTENTION), ("", "nonesuch", Reason.NO_INTENTION)],
)
def test_nothing_asked_for(tmp_path: Path, words: str, name: str | None, reason: Reason) -> None:
    window = editor(tmp_path, engine())
    ended = asyncio.run(window.rewrite(3, 8, words, name=name))
    assert (ended.text, ended.reason) == (None, reason)


def test_more_lines_than_the_model_can_do_are_told_with_how_many_it_can(tmp_path: Path) -> None:
    window = editor(tmp_path, engine())
    window.edit(0, 0, ["x = some_function(with_arguments)"] * 5_000)
    ended = asyncio.run(window.rewrite(0, 5_000, "do"))
    assert ended.reason is Reason.SELECTION_TOO_LARGE
    assert "5,000 lines are about" in ended.detail
    assert window.house.desk.engine.began == 0  # type: ignore[attr-defined]


def test_lines_of_more_tokens_than_was_reckoned_are_told_in_the_same_way(tmp_path: Path) -> None:
    double = FakeEngine(tokens=[], state=INSTRUCT, error=PromptTooLong(150, 120))
    ended = asyncio.run(editor(tmp_path, double).rewrite(3, 8, "do"))
    assert ended.reason is Reason.SELECTION_TOO_LARGE
    assert "needs 150 tokens" in ended.detail
    assert ended.detail.endswith("This model can do about 4 such lines at once.")


def test_an_empty_document(tmp_path: Path) -> None:
    window = editor(tmp_path, engine("```python\nprint(1)\n```"))
    window.document = window.document.replaced("", 2)
    ended = asyncio.run(window.rewrite(0, 0, "print one"))
    assert (ended.text, window.text) == ("print(1)", "print(1)")


def test_no_model_and_a_model_that_only_fills_in(tmp_path: Path) -> None:
    off = editor(tmp_path, engine())
    off.house.become(state=State.OFF, reason="It was switched off.")  # type: ignore[attr-defined]
    ended = asyncio.run(off.rewrite(3, 8, "do"))
    assert ended.reason is Reason.NO_REWRITE_MODEL
    assert "It was switched off." in ended.detail
    fills = editor(tmp_path, engine(NEW))
    fills.house.become(model="double")  # type: ignore[attr-defined]
    ended = asyncio.run(fills.rewrite(3, 8, "add type hints"))
    assert ended.text == NEW
    double = fills.house.desk.engine
    assert isinstance(double, Narrator)
    assert "# def total(items):\n" in prompt(double.asks[0])
    assert "# After: add type hints\n<|fim_suffix|>" in prompt(double.asks[0])
    ended = asyncio.run(fills.rewrite(3, 8, name="explain"))
    assert ended.reason is Reason.NO_REWRITE_MODEL


def test_an_explanation_changes_nothing(tmp_path: Path) -> None:
    text = "This function adds up what it is given.\n\n```python\ntotal([1])\n```\nThat is 1."
    window = editor(tmp_path, engine(text, delay=0.002))
    ended = asyncio.run(window.rewrite(3, 8, name="explain"))
    assert (ended.text, ended.read_only, ended.hunks) == (text, True, [])
    assert "".join(progress.explanation for progress in window.told) == text
    assert window.text == CODE


def test_problems_of_the_lines_are_told(tmp_path: Path) -> None:
    double = engine()
    window = editor(tmp_path, double)
    problems = (Diagnostic(4, "unused", 2), Diagnostic(3, "no hints", 1), Diagnostic(0, "far", 1))
    window.window.facts[URI] = Facts(diagnostics=problems)
    asyncio.run(window.rewrite(3, 8, name="fix"))
    assert "Reported problems:\n- line 1: no hints\n- line 2: unused\n" in prompt(double.asks[0])
    assert "far" not in prompt(double.asks[0])


def test_texts_of_other_files_come_along_unless_no_model_may_read_them(tmp_path: Path) -> None:
    async def why(uri: str, roots: tuple[str, ...]) -> str | None:
        return "It is a secret." if "secret" in uri else None

    double = engine()
    window = editor(tmp_path, double)
    window.house.why_excluded = why
    window.window.settings = WindowSettings(context=("open",))
    chunks = tuple(
        Chunk("open", f"file:///{name}.py", f"{name}.py", f"def {name}(): ...")
        for name in ("helper", "secret")
    )
    both = Chunk("open", "file:///a.py", "a.py", "def both(): ...", also=("file:///secret.py",))
    found = Context(prompt=chunks[:1], lookup=(*chunks, both))
    window.window.contexts.put(window.document, 3, found)
    asyncio.run(window.rewrite(3, 8, "do"))
    assert "From elsewhere:\n```\nhelper.py:\ndef helper(): ...\n```" in prompt(double.asks[0])
    assert "secret" not in prompt(double.asks[0])
    assert "both" not in prompt(double.asks[0]), "a part of it is the secret's"
    assert window.window.excluded == {}, "the status bar tells of open documents only"


def test_an_excluded_file_is_not_read(tmp_path: Path) -> None:
    async def never(uri: str, roots: tuple[str, ...]) -> str | None:
        return "It is a secret."

    double = engine()
    window = editor(tmp_path, double)
    window.house.why_excluded = never
    ended = asyncio.run(window.rewrite(3, 8, "do"))
    assert (ended.reason, double.asks) == (Reason.EXCLUDED, [])


def test_a_model_of_its_own_is_loaded_first(tmp_path: Path) -> None:
    window = editor(tmp_path, engine())
    loaded = []

    async def load() -> EngineStatus:
        loaded.append(1)
        await asyncio.sleep(0.2)
        return replace(INSTRUCT, model="own-instruct")

    off = replace(INSTRUCT, state=State.OFF)
    window.house.rewriter = Rewriter(lambda: off, load, window.house.family)
    asked = time.monotonic()
    ended = asyncio.run(window.rewrite(3, 8, "do"))
    assert (ended.model, loaded) == ("own-instruct", [1])
    assert ended.loading_ms >= 200
    stages = ended.cost.timing.as_dict()
    assert stages.pop("total") == pytest.approx(ended.total_ms, abs=0.001)
    # What was slept is in none of them, however long the rest takes.
    whole = (time.monotonic() - asked) * 1000
    assert max(*stages.values(), ended.total_ms) <= whole - ended.loading_ms
    assert ended.first_text_ms is not None and ended.first_text_ms <= ended.total_ms
    events = {kind: value for _, kind, value in window.house.ledger.told("rewrite")}
    assert events["loaded"] == round(ended.loading_ms, 1)
    assert events["done"] == round(ended.total_ms, 1)
