"""An event loop whose time passes when nothing else is left to do: tests of seconds take milliseconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


class _Hurried(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout > 0:
            self.now += timeout
        return super().select(None if timeout is None else 0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._hurried = _Hurried()
        super().__init__(self._hurried)

    def time(self) -> float:
        return self._hurried.now


def loop() -> asyncio.SelectorEventLoop:
    """Such a loop, to be run step by step and closed by who asked for it."""
    return _Loop()


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """As `asyncio.run`, in no time. What `main` waits for must be of the loop: sleeps and futures, no threads."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(main)
