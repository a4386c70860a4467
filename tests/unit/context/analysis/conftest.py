"""jedi in this process, with a cache of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from symbiote.context.analysis.findings import Analyst


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jedi")


@pytest.fixture(scope="module")
def analyst(cache: Path) -> Analyst:
    return Analyst(cache)
