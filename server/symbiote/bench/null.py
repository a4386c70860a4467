"""The real daemon over an engine that answers at once: all that an answer takes but the model. Run with -m.

Everything else is there: sockets, LSP, documents, prompts, the desk, filters, the ledger.
"""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncGenerator, Callable

from symbiote.core import paths
from symbiote.core.settings import MachineSettings
from symbiote.engine.desk import Desk
from symbiote.engine.port import Ask, Delta, Done, End, EngineStatus, State
from symbiote.features.house import House
from symbiote.metrics.ledger import Ledger
from symbiote.prompt.family import families
from symbiote.wire.daemon import run

COMMAND = (sys.executable, "-I", "-X", "utf8", "-m", "symbiote.bench.null")
FAMILY = "symbiote"
ANSWER = " = None"
"""Begins with a space, which no key of the benchmark types: every answer is computed anew, none is typed through."""
CONTEXT = 2_048


class NullEngine:
    """Behind the port as any other engine."""

    @property
    def status(self) -> EngineStatus:
        return EngineStatus(
            State.READY, name="null", model="null", family=FAMILY, pid=os.getpid(), context=CONTEXT
        )

    async def stream(self, ask: Ask) -> AsyncGenerator[Delta | Done, None]:
        done = Done(End.LINE)
        done.cost.tokens.generated = 1
        yield Delta(ANSWER)
        yield done

    async def close(self) -> None:
        """There is nothing to end."""


def open_house() -> House:
    """The house as `app` builds it, but for the engine; settings that concern the engine change nothing."""

    def configure(settings: MachineSettings) -> None:
        return

    def watch(watcher: Callable[[], None]) -> Callable[[], None]:
        return lambda: None  # its status never changes

    family = families()[FAMILY]
    desk = Desk(NullEngine())
    return House(desk, Ledger(paths.ledger()), lambda: family, configure, lambda: None, watch)


if __name__ == "__main__":
    sys.exit(run(open_house))
