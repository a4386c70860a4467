"""What a calibration chose: kept, used at the next load, and ignored with a note when it says nothing any more."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from symbiote.core import paths
from symbiote.core.errors import EngineGone, ModelError
from symbiote.core.settings import MachineSettings
from symbiote.engine.local import calibrate, machine, probe, tuning
from symbiote.engine.local.catalogue import ModelFile
from symbiote.engine.local.promise import Size, estimate, estimates, sentence
from symbiote.engine.local.tuning import Tuning

HERE = Tuning(
    flash=True, threads=1, ubatch=64, read_ms=0.5, add_ms=25.0, write_ms=2.0, ask_ms=73.0,
    depth=950, date="2026-11-21",
)  # fmt: skip
SETTINGS = MachineSettings()


@pytest.fixture
def model(tmp_path: Path, home: Path) -> ModelFile:
    path = tmp_path / "some.gguf"
    path.write_bytes(b"GGUF")
    return ModelFile("some", path)


def book() -> Path:
    return paths.state() / tuning.BOOK


def test_what_is_stored_is_recalled(model: ModelFile) -> None:
    assert tuning.recall(model, SETTINGS) == (None, "")
    tuning.store(model, SETTINGS, HERE)
    assert tuning.recall(model, SETTINGS) == (HERE, "")
    tuning.forget(model)
    assert tuning.recall(model, SETTINGS) == (None, "")


def test_a_changed_file_machine_or_library_makes_it_outdated(
    model: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    tuning.store(model, SETTINGS, HERE)
    for name, value in (("processor", "another"), ("cores", 96), ("library", "newer")):
        with monkeypatch.context() as patch:
            patch.setattr(machine, name, lambda value=value: value)
            found, note = tuning.recall(model, SETTINGS)
            assert found is None
            assert "has changed since" in note and "--calibrate" in note
    assert tuning.recall(model, replace(SETTINGS, gpu_layers=0))[0] is None
    os.utime(model.path, ns=(1, 1))
    assert "has changed since" in tuning.recall(model, SETTINGS)[1]


def entry(model: ModelFile) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(book().read_text("utf-8"))
    return stored


@pytest.mark.parametrize(
    "wrong",
    [
        {"threads": 0}, {"threads": "2"}, {"threads": 10_000}, {"threads": True}, {"ubatch": 7},
        {"ubatch": 100_000}, {"flash": 1}, {"write_ms": -1.0}, {"write_ms": float("nan")},
        {"ask_ms": None}, {"depth": 0}, {"date": 5}, {"more": 1},
    ],
)  # fmt: skip
def test_damaged_values_are_ignored_with_a_note(model: ModelFile, wrong: dict[str, Any]) -> None:
    tuning.store(model, SETTINGS, HERE)
    stored = entry(model)
    for value in stored.values():
        value["tuning"] |= wrong
    book().write_text(json.dumps(stored), "utf-8")
    found, note = tuning.recall(model, SETTINGS)
    assert found is None
    assert "damaged" in note and "--calibrate" in note


def test_another_version_and_an_unreadable_book_are_ignored_with_a_note(model: ModelFile) -> None:
    tuning.store(model, SETTINGS, HERE)
    stored = entry(model)
    for value in stored.values():
        value["version"] = 99
    book().write_text(json.dumps(stored), "utf-8")
    assert "another version" in tuning.recall(model, SETTINGS)[1]
    book().write_text(json.dumps({key: [1] for key in stored}), "utf-8")
    assert "another version" in tuning.recall(model, SETTINGS)[1]
    for text in ("{", "[]", "\0"):
        book().write_text(text, "utf-8")
        found, note = tuning.recall(model, SETTINGS)
        assert found is None
        assert "cannot be read" in note


@pytest.fixture
def tried(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The options that a probe was made with; every probe succeeds."""
    seen: list[dict[str, Any]] = []

    async def probed(options: dict[str, Any], seconds: float) -> bool:
        seen.append(options)
        return True

    monkeypatch.setattr(probe, "_try", probed)
    return seen


@pytest.mark.asyncio
async def test_the_next_load_uses_it(model: ModelFile, tried: list[dict[str, Any]]) -> None:
    before = await probe.plan(model, SETTINGS)
    assert (before.options["flash"], before.options["ubatch"], before.tuning) == (None, 0, None)
    tuning.store(model, SETTINGS, HERE)
    plan = await probe.plan(model, SETTINGS)
    assert (plan.options["flash"], plan.options["threads"], plan.options["ubatch"]) == (True, 1, 64)
    assert plan.tuning == HERE
    assert len(tried) == 2, "other options are tried out in a process of their own first"
    assert (await probe.plan(model, replace(SETTINGS, threads=2))).options["threads"] == 2
    assert (await probe.plan(model, SETTINGS, tuned=False)).tuning is None
    book().write_text("{", "utf-8")
    assert "cannot be read" in (await probe.plan(model, SETTINGS)).note


TOLD = {
    "is": "measured", "parameters": 1000, "depth": 400, "skipped": [], "seconds": 9.0,
    **{name: {
        "flash": True, "threads": 1, "ubatch": 64,
        "read_ms": 0.5, "add_ms": 100.0, "write_ms": 50.0, "ask_ms": 1300.0,
    } for name in ("chosen", "shipped")},
    "measured": [],
}  # fmt: skip


class Process:
    """In the place of the worker."""

    said: ClassVar[Any] = None

    @classmethod
    async def start(cls, *arguments: str) -> Process:
        assert arguments == ("--calibrate",)
        return cls()

    async def load(self, options: dict[str, Any], seconds: float) -> dict[str, Any]:
        assert options["flash"] is None and options["ubatch"] == 0
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    async def stop(self) -> None:
        pass


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> type[Process]:
    monkeypatch.setattr(calibrate, "WorkerProcess", Process)
    monkeypatch.setattr(calibrate, "sizes", lambda: {"half": Size(2, 300), "twice": Size(8, 2000)})
    return Process


@pytest.mark.asyncio
async def test_a_calibration_is_kept_and_says_what_holds(
    model: ModelFile, tried: list[dict[str, Any]], process: type[Process]
) -> None:
    process.said = TOLD
    tuning.store(model, SETTINGS, HERE)
    found = await calibrate.calibrate(model, replace(SETTINGS, threads=3))
    assert tuning.recall(model, SETTINGS)[0] == found.tuning
    assert found.tuning.ask_ms == 1300
    assert "does not hold" in found.promise
    assert "no model of the catalogue" in found.promise
    assert "400 tokens only" in found.promise
    told = found.as_dict()
    assert (told["holds"], told["promise_ms"]) == (False, 500.0)
    assert [(m["model"], m["ask_ms"], m["estimate"]) for m in told["models"]] == [
        ("twice", 2600.0, True), ("some", 1300.0, False), ("half", 630.0, True),
    ]  # fmt: skip


@pytest.mark.asyncio
@pytest.mark.parametrize("said", [EngineGone("It died."), {"is": "failed", "reason": "It died."}])
async def test_a_calibration_that_fails_changes_nothing(
    model: ModelFile, tried: list[dict[str, Any]], process: type[Process], said: Any
) -> None:
    process.said = said
    with pytest.raises(ModelError, match=r"It died\."):
        await calibrate.calibrate(model, SETTINGS)
    assert tuning.recall(model, SETTINGS) == (None, "")


@pytest.mark.asyncio
async def test_a_choice_the_model_does_not_run_with_is_not_kept(
    model: ModelFile, process: type[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crashing(options: dict[str, Any], seconds: float) -> bool:
        if options["ubatch"]:
            raise ModelError("crashes")
        return True

    monkeypatch.setattr(probe, "_try", crashing)
    process.said = TOLD
    with pytest.raises(ModelError, match="crashes"):
        await calibrate.calibrate(model, SETTINGS)
    assert tuning.recall(model, SETTINGS) == (None, "")


def test_estimates_go_by_parameters_and_bytes() -> None:
    small, large = Size(100, 50), Size(1000, 100)
    assert estimate(10, 20, small, large) == 10 * 2 + 20 * 10
    assert estimate(10, 20, small, Size(300)) == 90
    assert estimate(10, 20, small, small) == 30


def test_the_sentence_names_the_largest_model_that_holds() -> None:
    models = {"a": Size(100), "b": Size(200), "c": Size(900)}
    own = {"a": 100.0, "b": 200.0, "c": 900.0}
    for name, says in (
        ("a", "holds. The largest of the catalogue that would, by estimate: b, 200 ms"),
        ("b", "holds. None of the catalogue's larger models would"),
        ("c", "does not hold. The largest of the catalogue that would, by estimate: b"),
    ):
        found = estimates(name, 0, own[name], models[name], models)
        assert says in sentence(found, name)
    alone = estimates("x", 0, 10, Size(5), {})
    assert "The catalogue has no larger model" in sentence(alone, "x")
