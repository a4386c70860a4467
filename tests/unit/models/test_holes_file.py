"""The holes that ship: cut from packages that nothing here was trained on."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest

from symbiote import evaluate
from unit.models.scripts import TRAIN, script

cut = script("holes")
FILE = TRAIN.parent / "holes" / "python.jsonl"


@pytest.fixture(scope="module")
def holes() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").split("\n") if line]


def test_the_kinds_have_equal_shares(holes: list[dict[str, Any]]) -> None:
    kinds = Counter(hole["id"].rpartition("-")[0] for hole in holes)
    assert set(kinds) == set(cut.KINDS)
    assert len(set(kinds.values())) == 1
    assert len({hole["id"] for hole in holes}) == len(holes) >= 1_000


def test_every_hole_is_from_a_withheld_package(holes: list[dict[str, Any]]) -> None:
    manifest = json.loads((TRAIN / "manifest.json").read_text("utf-8"))
    withheld = {entry["name"] for entry in manifest["heldout"]}
    assert {hole["package"] for hole in holes} <= withheld
    for entry in manifest["heldout"]:
        assert f"| {entry['name']} {entry['version']} |" in (FILE.parent / "README.md").read_text(
            "utf-8"
        )


def test_every_answer_is_a_line_of_text(holes: list[dict[str, Any]]) -> None:
    for hole in holes:
        assert cut.SHORTEST <= len(hole["answer"].strip()) <= cut.LONGEST, hole["id"]
        assert "\n" not in hole["answer"]
        assert hole["prefix"] or hole["suffix"]


def test_holes_across_files_are_from_withheld_packages_and_whole() -> None:
    folder = TRAIN.parent / "holes"
    found = list(evaluate.read(folder / "cross.jsonl"))
    assert len({hole.id for hole in found}) == len(found) == 500
    manifest = json.loads((TRAIN / "manifest.json").read_text("utf-8"))
    withheld = {entry["name"] for entry in manifest["heldout"]}
    readme = (folder / "README.md").read_text("utf-8")
    for hole in found:
        assert hole.session is not None
        assert hole.answer.strip()
        assert hole.session.project.split()[0] in withheld
        assert hole.session.project in readme


def test_the_holes_of_other_languages_have_an_answer_and_terms() -> None:
    text = (FILE.parent / "languages.jsonl").read_text("utf-8")
    readme = (FILE.parent / "README.md").read_text("utf-8")
    found = [json.loads(line) for line in text.split("\n") if line]
    each = Counter(hole["language"] for hole in found)
    assert set(each.values()) == {15}
    assert set(each) == set(script("language_holes").LANGUAGES)
    for hole in found:
        assert hole["answer"].strip()
        assert "\n" not in hole["answer"]
        assert re.sub(r"-[\d.]+$", "", hole["package"]) in readme
