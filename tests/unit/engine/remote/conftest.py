"""A stage for providers that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from unit.engine.remote.actors import Stage


@pytest.fixture
def stage() -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        made = Stage()
        made.set(patch)
        yield made
