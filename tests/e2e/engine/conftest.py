"""Models for the engine's tests: a tiny one, a slow one, and the one that ships. A home per module."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.engine.local import catalogue
from unit.engine import tiny_gguf

SLOW = tiny_gguf.Shape(
    width=256, layers=6, heads=4, kv_heads=2, head_width=64, hidden=768, context=4096
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(autouse=True)
def home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMBIOTE_HOME", str(folder / "home"))


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Path:
    return tiny_gguf.write(folder / "tiny.gguf")


@pytest.fixture(scope="module")
def slow(folder: Path) -> Path:
    return tiny_gguf.write(folder / "slow.gguf", SLOW)


@pytest.fixture(scope="module", params=["tiny", "embedded"])
def model(request: pytest.FixtureRequest, tiny: Path) -> str:
    if request.param == "tiny":
        return str(tiny)
    return catalogue.find("embedded").name
