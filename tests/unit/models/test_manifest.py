"""What the models here were made of, as models/train/manifest.json says, is what may be used."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from unit.models.scripts import TRAIN, script

corpus = script("corpus")

STDLIB = {"train": {"python"}, "tuning": set(), "heldout": {"python-heldout"}}
"""The package names under which each part holds files of the standard library."""

Part = list[dict[str, Any]]


@pytest.fixture(scope="module")
def manifest() -> dict[str, Part]:
    found: dict[str, Part] = json.loads((TRAIN / "manifest.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def pins() -> dict[str, dict[str, Any]]:
    return tomllib.loads((TRAIN / "corpus.toml").read_text("utf-8"))


def test_every_licence_is_a_permissive_one(manifest: dict[str, Part]) -> None:
    for entry in (entry for part in manifest.values() for entry in part):
        assert entry["licence"] in corpus.LICENCES, entry["name"]
        assert not corpus.REFUSED.search(entry["licence"]), entry["name"]


def test_no_package_is_more_than_its_share_of_what_is_trained_on(manifest: dict[str, Part]) -> None:
    total = sum(entry["bytes"] for entry in manifest["train"])
    large = {e["name"]: e["bytes"] / total for e in manifest["train"]}
    assert max(large.values()) <= corpus.PACKAGE_SHARE, large


def test_no_package_is_in_two_parts(manifest: dict[str, Part]) -> None:
    names = [entry["name"].lower() for part in manifest.values() for entry in part]
    assert len(set(names)) == len(names)
    digests = [entry["sha256"] for part in manifest.values() for entry in part]
    assert len(set(digests)) == len(digests)


def test_the_parts_hold_what_the_settings_name(
    manifest: dict[str, Part], pins: dict[str, dict[str, Any]]
) -> None:
    assert set(manifest) == set(pins) == set(STDLIB)
    for name, part in manifest.items():
        found = {entry["name"]: entry["version"] for entry in part}
        library = {found.pop(module) for module in STDLIB[name]}
        assert found == pins[name]["packages"], name
        assert len(library) == len(STDLIB[name])
        assert all(entry["files"] and entry["bytes"] for entry in part)


def test_the_withheld_modules_are_all_there(
    manifest: dict[str, Part], pins: dict[str, dict[str, Any]]
) -> None:
    withheld = next(e for e in manifest["heldout"] if e["name"] == "python-heldout")
    trained = next(e for e in manifest["train"] if e["name"] == "python")
    assert withheld["files"] == len(set(pins["heldout"]["stdlib"]))
    assert withheld["version"] == trained["version"]
